import RollbookModel
import RollbookStore
import Synchronization

/// Looks after servers, each by itself, so that one that hangs keeps no other one waiting.
final class ServerMonitor: Sendable {
    /// How often it looks.
    static let interval = Duration.seconds(1)
    /// How long a server has to answer.
    static let patience = Duration.seconds(2)

    private struct State {
        var firstLook: Task<Void, Never>?
        var hasLooked = false
        var watches: [Task<Void, any Error>] = []
        var hasEnded = false
    }

    private let state = Mutex(State())

    deinit { end() }

    /// Begins to look after the servers, where nobody has yet. With replicas it waits for the first look at all of them,
    /// as long as the deadline allows: without one, only the primary can be trusted.
    ///
    /// - Throws: ``RollbookError`` with `cancelled`.
    func begin(_ servers: PostgresServers, _ deadline: Deadline) async throws {
        let firstLook: Task<Void, Never>? = state.withLock { state in
            guard !state.hasLooked, !state.hasEnded else { return nil }
            if state.firstLook == nil { start(servers, &state) }
            return state.firstLook
        }
        guard let firstLook, !servers.replicas.isEmpty else { return }
        let limit = min(deadline.timeLeft ?? Self.patience * 2, Self.patience * 2)
        let tooLate = RollbookError(.timedOut, "the servers did not say in time how they are")
        try? await Abandonment.limit(limit, tooLate: tooLate) { await firstLook.value }
        try Task.checkNotCancelled()
    }

    /// Looks no longer.
    func end() {
        state.withLock { state in
            state.hasEnded = true
            state.firstLook?.cancel()
            for watch in state.watches { watch.cancel() }
            state.watches = []
        }
    }

    private func start(_ servers: PostgresServers, _ state: inout State) {
        let hasReplicas = !servers.replicas.isEmpty
        state.firstLook = Task { [weak self, weak servers] in
            if hasReplicas, let servers { await Self.lookAtAll(servers) }
            self?.state.withLock { state in
                state.hasLooked = true
                state.firstLook = nil
            }
        }
        state.watches = servers.all.map { server in
            // Nobody is kept alive by being looked after.
            Task { [weak servers] in
                while true {
                    try await Task.sleep(for: Self.interval)
                    guard let servers else { return }
                    await servers.look(at: server)
                }
            }
        }
    }

    private static func lookAtAll(_ servers: PostgresServers) async {
        await withTaskGroup { group in
            for server in servers.all { group.addTask { await servers.look(at: server, isFirst: true) } }
        }
    }
}
