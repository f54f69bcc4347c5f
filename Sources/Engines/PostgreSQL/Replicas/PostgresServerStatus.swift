import RollbookStore

/// How a server is, as it was last seen.
public struct PostgresServerStatus: Sendable, Equatable {
    /// What a server is for the others.
    public enum Role: String, Sendable {
        /// It takes writes.
        case primary
        /// It follows a primary.
        case replica
    }

    /// Host and port, without user or password.
    public let address: String
    /// Whether it is configured as the primary or as a replica.
    public let configuredRole: Role
    /// What it says it is; nil where it has never answered.
    public let role: Role?
    /// Whether it answered when it was last asked.
    public let answers: Bool
    /// How far a replica is behind the primary, in seconds, where that is known.
    public let replicaLagSeconds: Double?
    /// The version of the store there, where it has one.
    public let dataVersion: Int64?
}

extension PostgresServers {
    /// How the servers are, the primary first; all are asked anew, in parallel.
    func status() async -> [PostgresServerStatus] {
        await withTaskGroup { group in
            for server in all { group.addTask { await self.look(at: server) } }
        }
        let routing = self.routing
        return all.map { server in
            let known = routing[server]
            let lag: Duration? =
                if case .replica(let index) = server { routing.lag(of: index, at: .now) } else { nil }
            return PostgresServerStatus(
                address: node(server).address.hostAndPort, configuredRole: server == .primary ? .primary : .replica,
                role: known.look.map { $0.isInRecovery ? .replica : .primary }, answers: known.answers,
                replicaLagSeconds: lag.map { $0 / .seconds(1) }, dataVersion: known.look?.state?.dataVersion)
        }
    }
}
