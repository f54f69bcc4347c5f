public import RollbookStore

/// How a server is, as it was last seen.
public typealias PostgresServerStatus = ServerStatus

extension PostgresServers {
    /// How the servers are, the primary first; all are asked anew, in parallel.
    func status() async -> [ServerStatus] {
        await withTaskGroup { group in
            for server in all { group.addTask { await self.look(at: server) } }
        }
        return knownStatus
    }

    /// How the servers were when they were last looked at, which is a second ago while questions are asked.
    var knownStatus: [ServerStatus] {
        let routing = self.routing
        return all.map { server in
            let known = routing[server]
            let lag: Duration? =
                if case .replica(let index) = server { routing.lag(of: index, at: .now) } else { nil }
            return ServerStatus(
                name: Self.name(of: server), address: node(server).address.hostAndPort,
                configuredRole: server == .primary ? .primary : .replica,
                role: known.look.map { $0.isInRecovery ? .replica : .primary }, answers: known.answers,
                replicaLagSeconds: lag.map { $0 / .seconds(1) }, dataVersion: known.look?.state?.dataVersion,
                openConnections: node(server).readers.status.open,
                isKnown: known.look != nil || known.failures > 0)
        }
    }

    /// What metrics and health call a server.
    static func name(of server: Server) -> String {
        switch server {
        case .primary: "primary"
        case .replica(let index): "replica_\(index + 1)"
        }
    }
}
