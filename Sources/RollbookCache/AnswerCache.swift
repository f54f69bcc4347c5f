public import RollbookModel
import Synchronization

/// Keeps encoded answers in memory, and lets one computation answer all who ask the same at once.
///
/// Behind it there can be a cache that servers share: what is not in memory is looked for there before it is computed.
///
/// A hit takes a lock for a moment and never suspends, so that it can be served where the request was read.
public final class AnswerCache: Sendable {
    /// What ``answer(for:compute:)`` gives.
    public struct Outcome: Sendable {
        /// The answer.
        public let answer: EncodedAnswer
        /// How it was had.
        public let source: AnswerSource
        /// Whether it was in memory already, and is the newest.
        public var isHit: Bool { source == .memory }
    }

    private struct Guarded {
        var state: CacheState
        var continuations: [CacheState.Waiter: CheckedContinuation<Outcome, any Error>] = [:]
        var tasks: [CacheState.Flight: Task<Void, Never>] = [:]
    }

    /// How much is held, and for how long.
    public let configuration: CacheConfiguration
    /// The cache behind this one, where servers share one.
    public let shared: (any SharedAnswers)?
    private let now: @Sendable () -> Int64
    private let guarded: Mutex<Guarded>

    /// Makes an empty cache.
    ///
    /// - Parameter now: Gives the time in nanoseconds since any fixed moment; it must never run backwards.
    public init(
        configuration: CacheConfiguration = CacheConfiguration(), shared: (any SharedAnswers)? = nil,
        now: @escaping @Sendable () -> Int64 = AnswerCache.monotonicClock()
    ) {
        self.configuration = configuration
        self.shared = shared
        self.now = now
        guarded = Mutex(
            Guarded(
                state: CacheState(
                    maximumBytes: configuration.maximumBytes,
                    timeToLive: configuration.timeToLive.wholeNanoseconds,
                    staleFor: configuration.staleFor.wholeNanoseconds)))
    }

    /// A clock that counts nanoseconds from the call on.
    public static func monotonicClock() -> @Sendable () -> Int64 {
        let start = ContinuousClock.now
        return { (ContinuousClock.now - start).wholeNanoseconds }
    }

    /// The counts so far, and what is held now.
    public var statistics: CacheStatistics { guarded.withLock { $0.state.statistics } }

    /// The stored answer, where there is one that is fresh enough. It counts as a hit; nothing counts as a miss, since
    /// whoever finds none goes on to ``answer(for:compute:)``.
    public func lookup(_ key: AnswerKey) -> EncodedAnswer? {
        let now = now()
        return guarded.withLock { $0.state.look(for: key, now: now) }
    }

    /// The stored answer, or else what `compute` gives: it runs once for all who ask for the key meanwhile, and its
    /// answer is kept under the data version that it read.
    ///
    /// A failure reaches all who wait and is not kept. The computation is cancelled when the last one who waits is.
    ///
    /// - Parameter acceptsStale: whether an answer will do that is no longer the newest, where such answers are given.
    /// - Throws: What `compute` throws; ``RollbookError`` with `cancelled` where the asking task is cancelled.
    public func answer(
        for key: AnswerKey, acceptsStale: Bool = true, compute: @escaping @Sendable () async throws -> EncodedAnswer
    ) async throws -> Outcome {
        guard configuration.isOn else { return Outcome(answer: try await compute(), source: .computed) }
        if let answer = lookup(key) { return Outcome(answer: answer, source: .memory) }
        let waiter = guarded.withLock { $0.state.welcome() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                ask(for: key, by: waiter, acceptsStale: acceptsStale, continuation, compute)
            }
        } onCancel: {
            abandon(waiter)
        }
    }

    /// The answer in a content coding such as `gzip`: `make` is called once for an answer, with its JSON, and what it
    /// gives is kept, and counted, with the answer.
    ///
    /// - Throws: What `make` throws.
    public func alternate(
        of answer: EncodedAnswer, under key: AnswerKey, for encoding: String, make: ([UInt8]) throws -> [UInt8]
    ) rethrows -> EncodedAnswer.Representation {
        let (representation, growth) = try answer.alternate(for: encoding, make: make)
        if growth > 0 { guarded.withLock { $0.state.grow(answer, by: growth, under: key) } }
        return representation
    }

    /// Forgets the answers whose keys' texts begin with `prefix`, such as `student-progress/`; all where it is empty.
    /// Computations that run go on for those who wait, but are not kept. Gives how many answers were forgotten.
    ///
    /// - Parameter storeID: the store whose answers are meant; nil: every store.
    @discardableResult
    public func invalidate(prefix: String, of storeID: String? = nil) -> Int {
        guarded.withLock { guarded in
            guarded.state.invalidate { key in
                storeID.map { $0 == key.dataState.storeID } ?? true && key.text.utf8.starts(with: prefix.utf8)
            }
        }
    }

    /// The store has another state: answers to others are forgotten, or kept as old ones as long as they may be given.
    /// Gives how many were forgotten.
    @discardableResult
    public func supersede(by state: DataState) -> Int {
        let now = now()
        return guarded.withLock { $0.state.supersede(by: state, now: now) }
    }

    /// Drops the answers that may no longer be given, and says how many bytes those take that are the newest.
    public func freshBytes() -> Int {
        let now = now()
        return guarded.withLock { $0.state.freshBytes(now: now) }
    }
}

extension AnswerCache {
    /// Asks the state; resumes at once, or leaves the continuation to ``run(_:_:)`` or ``abandon(_:)``.
    private func ask(
        for key: AnswerKey, by waiter: CacheState.Waiter, acceptsStale: Bool,
        _ continuation: CheckedContinuation<Outcome, any Error>,
        _ compute: @escaping @Sendable () async throws -> EncodedAnswer
    ) {
        let now = now()
        let settled: Result<Outcome, any Error>? = guarded.withLock { guarded in
            // A cancellation from here on finds the waiter known, since it needs the same lock.
            if Task.isCancelled { return .failure(RollbookError(.cancelled, "the caller went away")) }
            switch guarded.state.ask(for: key, by: waiter, now: now, acceptsStale: acceptsStale) {
            case .take(let answer): return .success(Outcome(answer: answer, source: .memory))
            case .takeStale(let answer, let flight):
                if let flight { guarded.tasks[flight] = Task { await run(flight, for: key, compute) } }
                return .success(Outcome(answer: answer, source: .stale))
            case .start(let flight): guarded.tasks[flight] = Task { await run(flight, for: key, compute) }
            case .wait: break
            }
            guarded.continuations[waiter] = continuation
            return nil
        }
        if let settled { continuation.resume(with: settled) }
    }

    /// Finds or computes, and hands what comes of it to all who wait.
    private func run(
        _ flight: CacheState.Flight, for key: AnswerKey, _ compute: @escaping @Sendable () async throws -> EncodedAnswer
    ) async {
        let result: Result<Obtained, any Error>
        do { result = .success(try await obtain(flight, key, compute)) } catch { result = .failure(error) }
        let obtained = try? result.get()
        let (size, now) = (obtained?.answer.byteCount ?? 0, now())
        let waiting = guarded.withLock { guarded in
            guarded.tasks[flight] = nil
            return guarded.state.finish(
                flight, with: obtained?.answer, of: size, now: now, remaining: obtained?.remaining?.wholeNanoseconds
            ).compactMap { guarded.continuations.removeValue(forKey: $0) }
        }
        let outcome = result.map { Outcome(answer: $0.answer, source: $0.remaining == nil ? .computed : .shared) }
        for continuation in waiting { continuation.resume(with: outcome) }
    }

    private func obtain(
        _ flight: CacheState.Flight, _ key: AnswerKey, _ compute: @escaping @Sendable () async throws -> EncodedAnswer
    ) async throws -> Obtained {
        guard let shared else { return Obtained(answer: try await compute(), remaining: nil) }
        let computation = SharedComputation(
            key: key, shared: shared, configuration: configuration,
            isWanted: { self.guarded.withLock { $0.state.isWanted(flight) } })
        return try await computation.run(compute)
    }

    /// Lets a cancelled waiter go, and cancels the computation when it was the last.
    private func abandon(_ waiter: CacheState.Waiter) {
        let (continuation, task) = guarded.withLock { guarded in
            let flight = guarded.state.leave(waiter)
            return (
                guarded.continuations.removeValue(forKey: waiter),
                flight.flatMap { guarded.tasks.removeValue(forKey: $0) }
            )
        }
        task?.cancel()
        continuation?.resume(throwing: RollbookError(.cancelled, "the caller went away"))
    }
}

extension Duration {
    /// The duration in nanoseconds, cut to what 64 bits hold.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowAgain) = nanoseconds.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || overflowAgain ? (seconds < 0 ? .min : .max) : sum
    }
}
