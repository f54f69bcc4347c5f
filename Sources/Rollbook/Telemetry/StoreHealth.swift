public import RollbookModel
import RollbookStore
public import RollbookViews
import Synchronization

/// What a look at the store has found.
public struct StoreLook: Sendable {
    /// When it ended.
    public let time: Instant
    /// The state of the store.
    public let state: StoreState
    /// How each view is.
    public let views: [ViewStatus]
}

/// How a warehouse's store is: whether its engine answers, whether its views were filled, whether its queues have room.
///
/// It looks by itself while it is asked, one look at a time, and waits for none longer than a moment: an engine that hangs
/// makes an answer bad, not late.
public final class StoreHealth: HealthSource {
    private struct Known {
        var look: StoreLook?
        var failure: RollbookError?
        /// The look that is under way, and since when.
        var pending: (look: Task<Void, Never>, since: ContinuousClock.Instant)?
        /// How far the queues have come, as it was last seen to change.
        var progress: (uses: Uses, since: ContinuousClock.Instant)?
    }

    /// How many questions had their turn in an engine's queues, and how many of those have ended.
    private struct Uses: Equatable {
        let begun: Int64
        let ended: Int64

        init(_ queues: [QueueStatus]) {
            begun = queues.reduce(0) { $0 + $1.counts.admitted }
            ended = begun - queues.reduce(0) { $0 + Int64($1.busy) }
        }
    }

    /// How long whoever asks waits for a look.
    static let patience = Duration.milliseconds(500)
    /// How long a queue counts as too full after it had to refuse somebody.
    static let memory = Duration.seconds(15)

    private let engine: any Engine
    private let limit: Duration
    private let longestQuestion: Duration?
    private let known = Mutex(Known())

    /// - Parameters:
    ///   - limit: how long a look may take before the engine counts as failed, where nobody else waits.
    ///   - longestQuestion: after how long every question is stopped; nil: never. So long an engine may be busy with questions
    ///     of which none ends.
    init(engine: any Engine, limit: Duration = .seconds(5), longestQuestion: Duration?) {
        self.engine = engine
        self.limit = limit
        self.longestQuestion = longestQuestion
    }

    /// What the last look that succeeded has found; nil before there was one.
    public var latestLook: StoreLook? { known.withLock { $0.look } }

    /// The engine, its views and its queues.
    public func health() async -> [HealthPart] {
        await look()
        return [engineHealth()] + viewHealth() + engine.queues.map(queueHealth)
    }

    /// Looks at the store, where nobody does already, and waits for that a moment.
    public func look() async {
        let look = known.withLock { known in
            if let pending = known.pending { return pending.look }
            let look = Task { await self.lookOnce() }
            known.pending = (look, .now)
            known.progress = (Uses(engine.queues), .now)
            return look
        }
        _ = await Patience.wait(Self.patience) { await look.value }
    }

    private func lookOnce() async {
        do {
            let (state, views) = try await engine.read(deadline: .after(.seconds(30))) { session in
                (try await StoreState.read(in: session), try await ViewStatus.all(in: session))
            }
            known.withLock { known in
                known.look = StoreLook(time: .now, state: state, views: views)
                (known.failure, known.pending) = (nil, nil)
            }
        } catch {
            let failure = error as? RollbookError ?? RollbookError(.engineFailure, "the engine failed")
            known.withLock { ($0.failure, $0.pending) = (failure, nil) }
        }
    }

    /// For how long no question has had its turn, and none has ended.
    private func standstill(_ queues: [QueueStatus]) -> Duration {
        let uses = Uses(queues)
        return known.withLock { known in
            if let progress = known.progress, progress.uses == uses { return ContinuousClock.now - progress.since }
            known.progress = (uses, .now)
            return .zero
        }
    }

    /// While a look is under way: an engine in which nothing moves hangs, however many wait for it; where something does, who
    /// waits is the measure.
    private func pendingHealth(since start: ContinuousClock.Instant, isFirst: Bool) -> HealthPart {
        let queues = engine.queues
        let waiting = queues.reduce(0) { $0 + $1.waiting }
        let pending = ContinuousClock.now - start
        let hangs = longestQuestion.map { standstill(queues) > $0 + limit } ?? false
        if hangs || waiting == 0 && (isFirst || pending > limit) {
            return .failed(engine.name, because: "it has not answered for \(Int(pending / .seconds(1))) seconds")
        }
        if waiting > 0 { return .degraded(engine.name, because: "it is busy: \(waiting) questions wait") }
        return .degraded(engine.name, because: "it is slow to answer")
    }

    private func engineHealth() -> HealthPart {
        let known = self.known.withLock { $0 }
        if let since = known.pending?.since { return pendingHealth(since: since, isFirst: known.look == nil) }
        guard let failure = known.failure else { return .well(engine.name) }
        switch failure.code {
        case .overloaded: return .degraded(engine.name, because: failure.message)
        case .engineFailure: return .failed(engine.name, because: "it failed; the log names the failure")
        default: return .failed(engine.name, because: failure.message)
        }
    }

    private func viewHealth() -> [HealthPart] {
        (latestLook?.views ?? []).map { view in
            let name = "view_\(view.view)"
            return view.asOf == nil
                ? .degraded(name, because: "\(view.view) has never been filled; refresh first") : .well(name)
        }
    }

    /// A queue is too full where hardly a place is free, or somebody was refused a moment ago.
    private func queueHealth(_ queue: QueueStatus) -> HealthPart {
        let name = "queue_\(queue.name)"
        if let refused = queue.counts.refusedAt, ContinuousClock.now - refused < Self.memory {
            return .degraded(name, because: "it had to refuse questions: more are asked than can be answered")
        }
        guard queue.maximumWaiting > 0, queue.waiting * 5 >= queue.maximumWaiting * 4 else { return .well(name) }
        return .degraded(name, because: "\(queue.waiting) of \(queue.maximumWaiting) places are taken")
    }
}
