public import RollbookModel
public import RollbookTelemetry

/// Where the server listens.
public struct ServerConfiguration: Sendable {
    /// The address, or `localhost`; only the machine's own are taken.
    public var host: String
    /// The port; 0 takes any that is free.
    public var port: Int
    /// How many connections there may be, and how long they may keep the server waiting.
    public var connections: ConnectionLimits
    /// What is measured, and shown at `/metrics`; nil: nothing is.
    public var metrics: MetricRegistry?
    /// Whatever beside the warehouse may be ill.
    public var healthSources: [any HealthSource]
    /// Whether the server still wants questions; where it does not, `/health/ready` says 503, and a connection ends with its
    /// next answer.
    public var readiness: ReadinessState
    /// Is told the address once connections are accepted.
    public var onListening: @Sendable (BoundAddress) async -> Void

    /// Makes a configuration.
    public init(
        host: String = "127.0.0.1", port: Int = 8080, connections: ConnectionLimits = ConnectionLimits(),
        metrics: MetricRegistry? = MetricRegistry(MetricCatalogue.all), healthSources: [any HealthSource] = [],
        readiness: ReadinessState = ReadinessState(),
        onListening: @escaping @Sendable (BoundAddress) async -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.connections = connections
        self.metrics = metrics
        self.healthSources = healthSources
        self.readiness = readiness
        self.onListening = onListening
    }

    /// The address to bind to: numeric, so that no name service has a say.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` for an address that others could reach, or a port out of range.
    func loopbackAddress() throws -> String {
        guard (0...65_535).contains(port) else {
            throw RollbookError(.invalidArgument, "the port must be from 0 to 65535", subject: "port")
        }
        guard Loopback.contains(host: host) else {
            throw RollbookError(
                .invalidArgument,
                "Rollbook does not yet ask who is asking, so it listens only on this machine's own addresses (127.0.0.1,"
                    + " ::1, localhost); anybody who reached \(host) could read every student's grades",
                subject: "host")
        }
        switch host {
        case "localhost": return "127.0.0.1"
        case "[::1]": return "::1"
        default: return host
        }
    }
}

/// Where a server was found to listen.
public struct BoundAddress: Hashable, Sendable {
    /// The address.
    public let host: String
    /// The port.
    public let port: Int

    /// The address as a browser takes it.
    public var url: String { host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)" }
}

/// The addresses by which a machine reaches itself and nobody else does.
enum Loopback {
    /// Whether a host is one: `localhost`, 127.0.0.0/8, or ::1, in brackets or without.
    static func contains(host: some StringProtocol) -> Bool {
        if host == "127.0.0.1" || host == "::1" || host == "[::1]" || host.lowercased() == "localhost" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127"
            && octets.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isNumber } && UInt8($0) != nil }
    }

    /// Whether the host of `Host: host:port` is one.
    static func contains(authority: String) -> Bool {
        guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else {
            return contains(host: authority)
        }
        let port = authority[authority.index(after: colon)...]
        return port.allSatisfy { $0.isASCII && $0.isNumber } && contains(host: authority[..<colon])
    }
}
