public import RollbookModel
import RollbookStore

extension PostgresEngine: HealthSource {
    /// How the primary and each replica are, by the last look at them.
    public func health() async -> [HealthPart] {
        let all = servers
        let answering = all.dropFirst().contains { $0.answers && $0.role == .replica && $0.dataVersion != nil }
        let limit = pools.maximumReplicaLag / .seconds(1)
        return all.filter(\.isKnown).map { server in
            server.configuredRole == .primary
                ? server.health(othersAnswer: answering) : server.health(maximumLag: limit)
        }
    }
}

extension ServerStatus {
    /// How a server is that takes writes: without it, replicas answer what they have.
    func health(othersAnswer: Bool) -> HealthPart {
        guard answers else {
            let reason = "\(address) does not answer"
            return othersAnswer
                ? .degraded(name, because: reason + "; replicas answer, and nothing can be refreshed or imported")
                : .failed(name, because: reason)
        }
        guard role == .primary else {
            return .degraded(
                name, because: "\(address) follows another server, so nothing can be refreshed or imported")
        }
        return .well(name)
    }

    /// How a server is that answers in the primary's place: without it, the primary does.
    func health(maximumLag: Double) -> HealthPart {
        guard answers else { return .degraded(name, because: "\(address) does not answer") }
        guard role == .replica else { return .degraded(name, because: "\(address) is no replica") }
        guard let lag = replicaLagSeconds else {
            return .degraded(name, because: "nobody knows how far \(address) is behind the primary")
        }
        guard lag <= maximumLag else {
            return .degraded(name, because: "\(address) is \(Int(lag)) seconds behind the primary")
        }
        return .well(name)
    }
}
