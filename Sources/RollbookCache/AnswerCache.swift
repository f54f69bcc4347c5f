import RollbookModel
import Synchronization

/// Keeps encoded answers in memory, and lets one computation answer all who ask the same at once.
///
/// A hit takes a lock for a moment and never suspends, so that it can be served where the request was read.
public final class AnswerCache: Sendable {
    /// What ``answer(for:compute:)`` gives: the answer, and whether it was stored already.
    public typealias Outcome = (answer: EncodedAnswer, isHit: Bool)

    private struct Guarded {
        var state: CacheState
        var continuations: [CacheState.Waiter: CheckedContinuation<Outcome, any Error>] = [:]
        var tasks: [CacheState.Flight: Task<Void, Never>] = [:]
    }

    /// How much is held, and for how long.
    public let configuration: CacheConfiguration
    private let now: @Sendable () -> Int64
    private let guarded: Mutex<Guarded>

    /// Makes an empty cache.
    ///
    /// - Parameter now: Gives the time in nanoseconds since any fixed moment; it must never run backwards.
    public init(
        configuration: CacheConfiguration = CacheConfiguration(),
        now: @escaping @Sendable () -> Int64 = AnswerCache.monotonicClock()
    ) {
        self.configuration = configuration
        self.now = now
        guarded = Mutex(
            Guarded(
                state: CacheState(
                    maximumBytes: configuration.maximumBytes,
                    timeToLive: configuration.timeToLive.wholeNanoseconds)))
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
    /// - Throws: What `compute` throws; ``RollbookError`` with `cancelled` where the asking task is cancelled.
    public func answer(
        for key: AnswerKey, compute: @escaping @Sendable () async throws -> EncodedAnswer
    ) async throws -> Outcome {
        guard configuration.isOn else { return (try await compute(), false) }
        if let answer = lookup(key) { return (answer, true) }
        let waiter = guarded.withLock { $0.state.welcome() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                ask(for: key, by: waiter, continuation, compute)
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
    @discardableResult
    public func invalidate(prefix: String) -> Int {
        guarded.withLock { $0.state.invalidate { $0.text.utf8.starts(with: prefix.utf8) } }
    }

    /// Forgets the answers to older versions of the data; nobody asks for them after a refresh. Gives how many.
    @discardableResult
    public func invalidate(olderThan dataVersion: Int64) -> Int {
        guarded.withLock { $0.state.invalidate { $0.dataVersion < dataVersion } }
    }
}

extension AnswerCache {
    /// Asks the state; resumes at once, or leaves the continuation to ``run(_:_:)`` or ``abandon(_:)``.
    private func ask(
        for key: AnswerKey, by waiter: CacheState.Waiter, _ continuation: CheckedContinuation<Outcome, any Error>,
        _ compute: @escaping @Sendable () async throws -> EncodedAnswer
    ) {
        let now = now()
        let settled: Result<Outcome, any Error>? = guarded.withLock { guarded in
            // A cancellation from here on finds the waiter known, since it needs the same lock.
            if Task.isCancelled { return .failure(RollbookError(.cancelled, "the caller went away")) }
            switch guarded.state.ask(for: key, by: waiter, now: now) {
            case .take(let answer): return .success((answer, true))
            case .start(let flight): guarded.tasks[flight] = Task { await run(flight, compute) }
            case .wait: break
            }
            guarded.continuations[waiter] = continuation
            return nil
        }
        if let settled { continuation.resume(with: settled) }
    }

    /// Computes, and hands what comes of it to all who wait.
    private func run(_ flight: CacheState.Flight, _ compute: @Sendable () async throws -> EncodedAnswer) async {
        let result: Result<Outcome, any Error>
        let answer: EncodedAnswer?
        do {
            let computed = try await compute()
            (result, answer) = (.success((computed, false)), computed)
        } catch {
            (result, answer) = (.failure(error), nil)
        }
        let (size, now) = (answer?.byteCount ?? 0, now())
        let waiting = guarded.withLock { guarded in
            guarded.tasks[flight] = nil
            return guarded.state.finish(flight, with: answer, of: size, now: now)
                .compactMap { guarded.continuations.removeValue(forKey: $0) }
        }
        for continuation in waiting { continuation.resume(with: result) }
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
    fileprivate var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowAgain) = nanoseconds.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || overflowAgain ? (seconds < 0 ? .min : .max) : sum
    }
}
