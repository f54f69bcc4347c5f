import RollbookModel
import RollbookStore
import Synchronization

/// Knows the state of the store without asking for it each time.
///
/// Engines that know it by themselves are believed. Of others the last answer is remembered for a short time. Either way
/// what is known counts no longer once somebody tells of another state: then the database is asked, once for all who want to
/// know, and what it says holds. What others tell is never believed, only looked into.
final class DataVersionWatch: Sendable {
    private struct Knowledge {
        /// What the database said last, and when it was asked.
        var confirmed: (state: StoreState, at: ContinuousClock.Instant)?
        /// A state of which somebody told, and which the database has not been asked about since.
        var announced: DataState?
        /// The question to the database that runs.
        var running: Confirmation?
        /// The one after it: somebody told of a state since it began.
        var queued: Confirmation?
        var lastNumber = 0
        /// The state that was told on, and when it was seen.
        var told: (state: DataState, at: ContinuousClock.Instant)?
    }

    private struct Confirmation {
        let number: Int
        let task: Task<StoreState, any Error>
    }

    /// How long the database may take to say which state it has.
    private static let patience = Duration.seconds(5)

    private let engine: any Engine
    private let interval: Duration
    private let onChange: @Sendable (DataState) -> Void
    private let knowledge = Mutex(Knowledge())

    /// - Parameters:
    ///   - interval: how long an answer of the database counts, where the engine does not know by itself.
    ///   - onChange: is told of each state that the store is found to have.
    init(engine: any Engine, interval: Duration, onChange: @escaping @Sendable (DataState) -> Void) {
        self.engine = engine
        self.interval = interval
        self.onChange = onChange
    }

    /// The state of the store, where it is known without waiting.
    var current: StoreState? {
        let known = engine.currentState
        return knowledge.withLock { knowledge in
            let state = known ?? knowledge.confirmed.flatMap { isRecent($0) ? $0.state : nil }
            // Somebody has seen another one: the database has to say.
            if let announced = knowledge.announced, announced != state?.dataState { return nil }
            return state
        }
    }

    /// Whether what the database said still counts: an answer may have shown a newer state by now, and nobody who has seen
    /// that is shown an older one.
    private func isRecent(_ confirmed: (state: StoreState, at: ContinuousClock.Instant)) -> Bool {
        confirmed.at.duration(to: .now) <= interval && !engine.hasSeenNewer(than: confirmed.state)
    }

    /// The state of the store.
    ///
    /// - Throws: as `Engine.state()`, and ``RollbookError`` with `timedOut` where the database does not say.
    func state() async throws -> StoreState {
        let begin = ContinuousClock.now
        if let current {
            tell(current.dataState, seenAt: begin)
            return current
        }
        let state = try await confirmation().value
        // The question to the database may have begun before somebody saw a newer state.
        return engine.hasSeenNewer(than: state) ? try await confirmation().value : state
    }

    /// Takes in that somebody has seen the store in a state.
    func announced(_ state: DataState) {
        knowledge.withLock { knowledge in
            guard knowledge.told?.state != state else { return }
            knowledge.announced = state
            askAfresh(&knowledge)
        }
    }

    /// Takes in the state that an answer of the engine was read from: where it is newer than what is known, nobody is shown the
    /// older one any more, and the database is asked.
    func saw(_ state: DataState) {
        let known = engine.currentState?.dataState
        knowledge.withLock { knowledge in
            if let latest = known ?? knowledge.confirmed?.state.dataState, latest == state || state.precedes(latest) {
                return
            }
            guard knowledge.announced != state else { return }
            knowledge.announced = state
            askAfresh(&knowledge)
        }
    }

    /// Takes in what this process has stored.
    func committed(_ state: StoreState) {
        let now = ContinuousClock.now
        knowledge.withLock { knowledge in
            knowledge.confirmed = (state, now)
            knowledge.announced = nil
            (knowledge.running, knowledge.queued) = (nil, nil)
        }
        tell(state.dataState, seenAt: now)
    }

    /// Looks after the state until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            _ = try? await state()
            try? await Task.sleep(for: interval)
        }
    }

    /// The question to the database that counts: the one that waits, the one that runs, or a new one.
    private func confirmation() -> Task<StoreState, any Error> {
        knowledge.withLock { knowledge in
            if let asked = knowledge.queued ?? knowledge.running { return asked.task }
            return begin(&knowledge).task
        }
    }

    /// Has the database asked from now on. What was asked before says nothing of now, so one question waits for it to end;
    /// however much is told meanwhile, that one is enough.
    private func askAfresh(_ knowledge: inout Knowledge) {
        guard knowledge.queued == nil else { return }
        guard let running = knowledge.running else {
            _ = begin(&knowledge)
            return
        }
        knowledge.lastNumber += 1
        let number = knowledge.lastNumber
        let task = Task {
            _ = try? await running.task.value
            self.unqueue(number)
            return try await self.confirm(number)
        }
        knowledge.queued = Confirmation(number: number, task: task)
    }

    private func begin(_ knowledge: inout Knowledge) -> Confirmation {
        knowledge.lastNumber += 1
        let number = knowledge.lastNumber
        let confirmation = Confirmation(number: number, task: Task { try await self.confirm(number) })
        knowledge.running = confirmation
        return confirmation
    }

    /// The question that waited begins.
    private func unqueue(_ number: Int) {
        knowledge.withLock { knowledge in
            guard let queued = knowledge.queued, queued.number == number else { return }
            (knowledge.running, knowledge.queued) = (queued, nil)
        }
    }

    private func confirm(_ number: Int) async throws -> StoreState {
        let begin = ContinuousClock.now
        let result: Result<StoreState, any Error>
        do { result = .success(try await ask()) } catch { result = .failure(error) }
        let counts = knowledge.withLock { knowledge in
            // Somebody told of a state since, or another question was asked: that one counts.
            guard knowledge.running?.number == number else { return false }
            knowledge.running = nil
            guard knowledge.queued == nil else { return false }
            guard case .success(let state) = result else { return false }
            knowledge.confirmed = (state, begin)
            knowledge.announced = nil
            return true
        }
        let state = try result.get()
        if counts { tell(state.dataState, seenAt: begin) }
        return state
    }

    private func ask() async throws -> StoreState {
        let engine = self.engine
        return try await withThrowingTaskGroup(of: StoreState.self) { group in
            group.addTask { try await engine.confirmedState() }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw RollbookError(.timedOut, "the database did not say within \(Self.patience) which state it has")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    /// Tells a change on, unless something newer has been seen meanwhile: what was read first may arrive last.
    private func tell(_ state: DataState, seenAt time: ContinuousClock.Instant) {
        let isChange = knowledge.withLock { knowledge in
            if let told = knowledge.told, told.at > time || told.state == state { return false }
            knowledge.told = (state, time)
            return true
        }
        if isChange { onChange(state) }
    }
}
