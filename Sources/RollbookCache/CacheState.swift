import RollbookModel

/// The cache as a value: it takes events and says what to do. It neither waits nor knows tasks, locks or clocks, so that
/// every order of events can be tried in a test.
struct CacheState {
    /// Somebody who waits for a computation.
    struct Waiter: Hashable { fileprivate let number: Int }
    /// A computation that somebody waits for.
    struct Flight: Hashable { fileprivate let number: Int }

    /// What whoever asks has to do.
    enum AskAction {
        /// Take the stored answer.
        case take(EncodedAnswer)
        /// Take an answer that is no longer the newest; a computation of the newest runs, or is to be started.
        case takeStale(EncodedAnswer, start: Flight?)
        /// Start the computation, then wait for it.
        case start(Flight)
        /// Wait for the computation that runs.
        case wait
    }

    private struct Run {
        let key: AnswerKey
        var waiters: [Waiter]
    }

    private(set) var stored: StoredAnswers
    private var runs: [Flight: Run] = [:]
    /// The computation to join. One that was overtaken by an invalidation still runs, but not under its key.
    private var joinable: [AnswerKey: Flight] = [:]
    private var flightOfWaiter: [Waiter: Flight] = [:]
    private var lastNumber = 0
    private var hits: Int64 = 0
    private var misses: Int64 = 0
    private var joins: Int64 = 0
    private var sharedHits: Int64 = 0
    private var staleHits: Int64 = 0
    /// The states of the store that are over, and since when: an answer to one of them can come late.
    private var past: [DataState: Int64] = [:]
    private var present: DataState?

    /// - Parameters:
    ///   - timeToLive: In nanoseconds.
    ///   - staleFor: In nanoseconds.
    init(maximumBytes: Int, timeToLive: Int64, staleFor: Int64 = 0) {
        stored = StoredAnswers(maximumBytes: maximumBytes, timeToLive: timeToLive, staleFor: staleFor)
    }

    /// The counts so far.
    var statistics: CacheStatistics {
        CacheStatistics(
            hits: hits, misses: misses, joins: joins, sharedHits: sharedHits, staleHits: staleHits,
            evictions: stored.evictions, expirations: stored.expirations, entries: stored.count, bytes: stored.bytes,
            inFlight: runs.count)
    }

    /// Somebody looks for a stored answer and does not want to wait: only a hit is counted.
    mutating func look(for key: AnswerKey, now: Int64) -> EncodedAnswer? {
        guard let answer = stored.use(key, now: now) else { return nil }
        hits += 1
        return answer
    }

    /// Names somebody who is about to ask, so that they can be told apart when they leave.
    mutating func welcome() -> Waiter { Waiter(number: nextNumber()) }

    /// Somebody asks, and waits unless there is a stored answer.
    mutating func ask(
        for key: AnswerKey, by waiter: Waiter, now: Int64, acceptsStale: Bool = true
    ) -> AskAction {
        if let answer = look(for: key, now: now) { return .take(answer) }
        if acceptsStale, let answer = stored.useStale(key, now: now) {
            staleHits += 1
            return .takeStale(answer, start: joinable[key] == nil ? begin(key, waiters: []) : nil)
        }
        if let flight = joinable[key] {
            joins += 1
            runs[flight]?.waiters.append(waiter)
            flightOfWaiter[waiter] = flight
            return .wait
        }
        let flight = begin(key, waiters: [waiter])
        flightOfWaiter[waiter] = flight
        return .start(flight)
    }

    /// Since when the store has another state; nil where it is the present one, as far as is known.
    private func end(of state: DataState, now: Int64) -> Int64? {
        past[state] ?? (present.map(state.precedes) == true ? now : nil)
    }

    private mutating func begin(_ key: AnswerKey, waiters: [Waiter]) -> Flight {
        misses += 1
        let flight = Flight(number: nextNumber())
        runs[flight] = Run(key: key, waiters: waiters)
        joinable[key] = flight
        return flight
    }

    /// Whether what a computation gives will be kept: no invalidation has overtaken it.
    func isWanted(_ flight: Flight) -> Bool { runs[flight].map { joinable[$0.key] == flight } ?? false }

    /// A waiter goes away. Gives the computation for which nobody waits any more: it is to be cancelled.
    mutating func leave(_ waiter: Waiter) -> Flight? {
        guard let flight = flightOfWaiter.removeValue(forKey: waiter), let run = runs[flight] else { return nil }
        let others = run.waiters.filter { $0 != waiter }
        guard others.isEmpty else {
            runs[flight]?.waiters = others
            return nil
        }
        runs[flight] = nil
        if joinable[run.key] == flight { joinable[run.key] = nil }
        return flight
    }

    /// A computation ended, with an answer of so many bytes or without one. Gives those who wait for it.
    ///
    /// The answer is kept under the state that it read, which a refresh may have moved past the key's; it is not kept at all
    /// where the key was invalidated meanwhile.
    ///
    /// - Parameter remaining: how long an answer of the shared cache is still fresh, in nanoseconds; nil: it was computed.
    mutating func finish(
        _ flight: Flight, with answer: EncodedAnswer?, of size: Int, now: Int64, remaining: Int64? = nil
    ) -> [Waiter] {
        if remaining != nil { sharedHits += 1 }
        guard let run = runs.removeValue(forKey: flight) else { return [] }
        for waiter in run.waiters { flightOfWaiter[waiter] = nil }
        guard joinable[run.key] == flight else { return run.waiters }
        joinable[run.key] = nil
        if let answer {
            stored.store(
                answer, of: size, under: run.key.with(answer.dataState), now: now, remaining: remaining,
                supersededAt: end(of: answer.dataState, now: now))
        }
        return run.waiters
    }

    /// A stored answer takes more bytes than when it was stored: it was encoded once more.
    mutating func grow(_ answer: EncodedAnswer, by growth: Int, under key: AnswerKey) {
        stored.grow(answer, by: growth, under: key.with(answer.dataState))
    }

    /// Drops the answers whose keys match; computations under such keys go on for those who wait, and end unstored.
    /// Gives how many answers were dropped.
    mutating func invalidate(where matches: (AnswerKey) -> Bool) -> Int {
        let stale = stored.keys.filter(matches)
        for key in stale { stored.remove(key) }
        joinable = joinable.filter { !matches($0.key) }
        return stale.count
    }

    /// The store has another state. Gives how many answers to others were dropped; computations for those go on for those
    /// who wait.
    mutating func supersede(by state: DataState, now: Int64) -> Int {
        if let present, present != state {
            // Only computations that run can still bring an answer to a past state, and none takes so long.
            if past.count >= 64 { past = [:] }
            past[present] = now
        }
        past[state] = nil
        present = state
        return stored.supersede(by: state, now: now)
    }

    /// Drops what may no longer be given. Gives how many bytes those answers take that are the newest.
    mutating func freshBytes(now: Int64) -> Int { stored.freshBytes(now: now) }

    private mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }
}
