/// How a server of an engine is, as it was last seen.
public struct ServerStatus: Sendable, Equatable {
    /// What a server is for the others.
    public enum Role: String, Sendable {
        /// It takes writes.
        case primary
        /// It follows a primary.
        case replica
    }

    /// What metrics and health call it: `primary`, `replica_1`.
    public let name: String
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
    /// How many connections for questions there are to it.
    public let openConnections: Int
    /// Whether anybody has asked it yet how it is.
    public let isKnown: Bool

    /// Describes a server.
    public init(
        name: String, address: String, configuredRole: Role, role: Role?, answers: Bool, replicaLagSeconds: Double?,
        dataVersion: Int64?, openConnections: Int, isKnown: Bool
    ) {
        (self.name, self.address) = (name, address)
        (self.configuredRole, self.role) = (configuredRole, role)
        (self.answers, self.isKnown) = (answers, isKnown)
        self.replicaLagSeconds = replicaLagSeconds
        self.dataVersion = dataVersion
        self.openConnections = openConnections
    }
}

extension Engine {
    /// There are no servers: the engine runs in this process.
    public var servers: [ServerStatus] { [] }

    /// There is nothing to connect to.
    public func connect(_ deadline: Deadline) async throws {}

    /// The servers as they are known.
    public func askServers() async -> [ServerStatus] { servers }
}
