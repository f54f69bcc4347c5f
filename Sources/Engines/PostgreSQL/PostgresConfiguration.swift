import RollbookModel

/// How a PostgreSQL database is reached and used.
public struct PostgresConfiguration: Sendable {
    /// The server that takes writes.
    public var primary: PostgresAddress
    /// Servers that may answer questions in its place.
    public var replicas: [PostgresAddress]
    /// How many connections for questions are kept to a server, however long they idle.
    public var minimumConnections: Int
    /// The most connections to a server. On the primary, one of them writes.
    public var maximumConnections: Int
    /// How long a connection idles before it is closed.
    public var idleTimeout: Duration
    /// How long a connection may take to be made, all of an address's hosts together.
    public var connectTimeout: Duration
    /// How many questions may wait for a connection; those beyond fail at once as overloaded.
    public var maximumWaiters: Int
    /// How long a question may wait for a connection, whatever its deadline; nil: until the deadline.
    public var maximumWait: Duration?
    /// How long the server works on a question at most, whatever the asker's deadline.
    public var statementTimeout: Duration
    /// What each sort and hash of a question may take in memory, as PostgreSQL writes sizes (`64MB`).
    public var workMemory: String
    /// How far behind the primary a replica may be.
    public var maximumReplicaLag: Duration
    /// What the server's own lists call these connections.
    public var applicationName: String

    /// Makes a configuration.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` where a number or size cannot be.
    public init(
        primary: PostgresAddress, replicas: [PostgresAddress] = [], minimumConnections: Int = 0,
        maximumConnections: Int = 10, idleTimeout: Duration = .seconds(300), connectTimeout: Duration = .seconds(5),
        maximumWaiters: Int = 1024, maximumWait: Duration? = nil, statementTimeout: Duration = .seconds(30),
        workMemory: String = "64MB", maximumReplicaLag: Duration = .seconds(30), applicationName: String = "rollbook"
    ) throws {
        self.primary = primary
        self.replicas = replicas
        self.minimumConnections = minimumConnections
        self.maximumConnections = maximumConnections
        self.idleTimeout = idleTimeout
        self.connectTimeout = connectTimeout
        self.maximumWaiters = maximumWaiters
        self.maximumWait = maximumWait
        self.statementTimeout = statementTimeout
        self.workMemory = workMemory
        self.maximumReplicaLag = maximumReplicaLag
        self.applicationName = applicationName
        try check()
    }

    private func check() throws {
        func require(_ holds: Bool, _ subject: String, _ expected: String) throws {
            if !holds { throw RollbookError(.invalidArgument, "\(subject) must be \(expected)", subject: subject) }
        }
        try require(maximumConnections >= 2, "maximumConnections", "at least 2: one writes, the others read")
        try require(
            (0..<maximumConnections).contains(minimumConnections), "minimumConnections",
            "at least 0 and less than maximumConnections")
        try require(maximumWaiters >= 0, "maximumWaiters", "at least 0")
        for (name, span) in [
            ("idleTimeout", idleTimeout), ("connectTimeout", connectTimeout), ("statementTimeout", statementTimeout),
            ("maximumReplicaLag", maximumReplicaLag),
        ] { try require(span > .zero && span <= .seconds(86_400), name, "longer than nothing and at most a day") }
        try require(
            workMemory.wholeMatch(of: /[0-9]{1,9}(kB|MB|GB)/) != nil, "workMemory", "a size such as 64MB or 1GB")
    }
}
