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

    /// - Parameter timeToLive: In nanoseconds.
    init(maximumBytes: Int, timeToLive: Int64) {
        stored = StoredAnswers(maximumBytes: maximumBytes, timeToLive: timeToLive)
    }

    /// The counts so far.
    var statistics: CacheStatistics {
        CacheStatistics(
            hits: hits, misses: misses, joins: joins, evictions: stored.evictions, expirations: stored.expirations,
            entries: stored.count, bytes: stored.bytes, inFlight: runs.count)
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
    mutating func ask(for key: AnswerKey, by waiter: Waiter, now: Int64) -> AskAction {
        if let answer = look(for: key, now: now) { return .take(answer) }
        if let flight = joinable[key] {
            joins += 1
            runs[flight]?.waiters.append(waiter)
            flightOfWaiter[waiter] = flight
            return .wait
        }
        misses += 1
        let flight = Flight(number: nextNumber())
        runs[flight] = Run(key: key, waiters: [waiter])
        joinable[key] = flight
        flightOfWaiter[waiter] = flight
        return .start(flight)
    }

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
    /// The answer is kept under the data version that it read, which a refresh may have moved past the key's; it is not
    /// kept at all where the key was invalidated meanwhile.
    mutating func finish(_ flight: Flight, with answer: EncodedAnswer?, of size: Int, now: Int64) -> [Waiter] {
        guard let run = runs.removeValue(forKey: flight) else { return [] }
        for waiter in run.waiters { flightOfWaiter[waiter] = nil }
        guard joinable[run.key] == flight else { return run.waiters }
        joinable[run.key] = nil
        if let answer {
            stored.store(answer, of: size, under: run.key.with(dataVersion: answer.dataVersion), now: now)
        }
        return run.waiters
    }

    /// A stored answer takes more bytes than when it was stored: it was encoded once more.
    mutating func grow(_ answer: EncodedAnswer, by growth: Int, under key: AnswerKey) {
        stored.grow(answer, by: growth, under: key.with(dataVersion: answer.dataVersion))
    }

    /// Drops the answers whose keys match; computations under such keys go on for those who wait, and end unstored.
    /// Gives how many answers were dropped.
    mutating func invalidate(where matches: (AnswerKey) -> Bool) -> Int {
        let stale = stored.keys.filter(matches)
        for key in stale { stored.remove(key) }
        joinable = joinable.filter { !matches($0.key) }
        return stale.count
    }

    private mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }
}
