import RollbookModel
import RollbookStore
import Synchronization

/// The primary and its replicas: who answers a question, and what is known of them all.
final class PostgresServers: Sendable {
    private struct Knowledge {
        var routing: Routing
        var latest = LatestState()
    }

    let primary: PostgresNode
    let replicas: [PostgresNode]
    let maximumReplicaLag: Duration
    private let knowledge: Mutex<Knowledge>
    private let monitor = ServerMonitor()

    init(_ configuration: PostgresConfiguration) {
        maximumReplicaLag = configuration.maximumReplicaLag
        primary = PostgresNode(configuration.primary, configuration, name: Self.name(of: .primary))
        replicas = configuration.replicas.enumerated().map { index, address in
            PostgresNode(address, configuration, name: Self.name(of: .replica(index)))
        }
        knowledge = Mutex(
            Knowledge(
                routing: Routing(replicas: configuration.replicas.count, maximumLag: configuration.maximumReplicaLag)))
    }

    /// All of them, the primary first.
    var all: [Server] { [.primary] + replicas.indices.map(Server.replica) }

    func node(_ server: Server) -> PostgresNode {
        switch server {
        case .primary: primary
        case .replica(let index): replicas[index]
        }
    }

    /// What is known of the servers.
    var routing: Routing { knowledge.withLock { $0.routing } }

    /// The state of the store, where it is known without asking.
    var knownState: StoreState? {
        knowledge.withLock { knowledge in
            let state = knowledge.latest.state(notOlderThan: ServerMonitor.interval * 2, at: .now)
            // An answer may have shown a newer one by now.
            let routing = knowledge.routing
            return state?.dataVersion == routing.floor && state?.storeID == routing.storeID ? state : nil
        }
    }

    /// Begins to look after the servers, where nobody has yet.
    ///
    /// - Throws: ``RollbookError`` with `cancelled`.
    func beginLooking(_ deadline: Deadline) async throws { try await monitor.begin(self, deadline) }

    /// Has a question answered by a server that may answer it, and by another one where that cannot.
    ///
    /// - Parameter ask: asks a server. What comes back counts only once its snapshot was accepted; it may be asked again.
    /// - Throws: what the last server throws, and the primary's rather than another's.
    func answer<T: Sendable>(
        _ deadline: Deadline, _ ask: @Sendable (PostgresNode, Acceptance) async throws -> T
    ) async throws -> T {
        try await monitor.begin(self, deadline)
        var tried: Set<Server> = []
        var failure: (any Error)?
        while let choice = knowledge.withLock({ $0.routing.choose(tried: tried, at: .now) }) {
            defer { knowledge.withLock { $0.routing.ended(choice) } }
            do { return try await ask(node(choice.server), acceptance(for: choice)) } catch {
                guard let reason = Refusal(error, by: choice.server) else { throw error }
                if reason == .loss { knowledge.withLock { $0.routing.failed(choice.server) } }
                tried.insert(choice.server)
                if failure == nil || choice.server == .primary { failure = error }
            }
        }
        throw failure ?? RollbookError(.unavailable, "there is no server that could answer")
    }

    /// Tells what a commit has stored, so that nobody is shown an older state afterwards.
    ///
    /// - Parameter state: what the transaction has made of the state; nil where there is no store.
    func committing(_ state: StoreState?, _ commit: () async throws -> Void) async throws {
        let floor = knowledge.withLock { knowledge in
            knowledge.latest.beginCommit()
            return knowledge.routing.floor
        }
        do {
            try await commit()
            knowledge.withLock { knowledge in
                if let state { knowledge.routing.committed(state, floor: floor) }
                knowledge.latest.endCommit(state, at: .now)
            }
        } catch {
            knowledge.withLock { $0.latest.endCommit(nil, at: .now) }
            throw error
        }
    }

    /// Asks a server for its state, and remembers that, or that it does not answer.
    ///
    /// - Parameter isFirst: whether nobody has asked anything yet.
    func look(at server: Server, isFirst: Bool = false) async {
        let begin = ContinuousClock.now
        let (floor, epoch) = knowledge.withLock { ($0.routing.floor, $0.latest.epoch) }
        do {
            let look = try await node(server).look(.after(ServerMonitor.patience), asQuestion: isFirst)
            knowledge.withLock { knowledge in
                knowledge.routing.saw(look, of: server, floor: floor, at: begin)
                if server == .primary, !look.isInRecovery { knowledge.latest.saw(look.state, epoch: epoch, at: begin) }
            }
        } catch {
            guard !Task.isCancelled else { return }
            let isLost = (error as? RollbookError).map { [.unavailable, .timedOut].contains($0.code) } ?? true
            // A primary that answers, but not this, is there all the same.
            if isLost || server != .primary { knowledge.withLock { $0.routing.failed(server) } }
        }
    }

    /// Ends all connections; running questions are stopped.
    func close() {
        monitor.end()
        for server in all { node(server).close() }
    }

    private func acceptance(for choice: Routing.Choice) -> Acceptance {
        let isPrimary = choice.server == .primary
        let follows = isPrimary && knowledge.withLock { $0.routing.primary.look?.isInRecovery ?? false }
        return Acceptance(needsProof: !replicas.isEmpty || follows) { proof in
            guard self.knowledge.withLock({ $0.routing.accepts(proof, for: choice) }) else {
                let place = self.node(choice.server).address.place
                throw RollbookError(
                    .unavailable, "\(place) is behind what was read before, or follows its primary no longer",
                    underlying: StaleAnswer())
            }
            guard proof.isInRecovery else { return .primary }
            return ServedBy("postgres-replica", replicaLagSeconds: choice.lag.map { $0 / .seconds(1) })
        }
    }
}

/// Who may answer, and whether a snapshot may be shown.
struct Acceptance: Sendable {
    /// Whether a snapshot must show that it is new enough before anything is read in it. A primary's always is, but where
    /// there are replicas, what it shows is the least that they must have from then on.
    let needsProof: Bool
    /// Looks whether a snapshot may be shown, and says who gave it.
    ///
    /// - Throws: ``RollbookError`` over ``StaleAnswer`` where it may not.
    let accept: @Sendable (SnapshotProof) throws -> ServedBy
}

extension ServedBy {
    /// The primary.
    static let primary = ServedBy("postgres-primary")
}
