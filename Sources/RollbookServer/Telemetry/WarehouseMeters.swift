import Metrics
import Rollbook
import RollbookCache
import RollbookModel
import RollbookStore
import RollbookTelemetry
import Synchronization

/// What is measured when somebody looks: caches, queues, servers, the store, and the process.
final class WarehouseMeters: Sendable {
    private let warehouse: Warehouse
    private let board: HealthBoard
    private let connections: ConnectionCount
    private let factory: any MetricsFactory
    private let process: ProcessMetrics
    private let totals = Mutex<[String: RunningTotal]>([:])
    private let gauges = Mutex<[String: Meter]>([:])
    private let parts = Mutex<Set<String>>([])

    init(
        warehouse: Warehouse, board: HealthBoard, connections: ConnectionCount, factory: any MetricsFactory
    ) {
        self.warehouse = warehouse
        self.board = board
        self.connections = connections
        self.factory = factory
        process = ProcessMetrics(factory: factory)
        set("rollbook_build_info", 1, [("version", RollbookVersion.current), ("engine", warehouse.engineName)])
        set("rollbook_http_connections_limit", Double(connections.maximum))
    }

    /// Measures. Asks the engine nothing that could take long: how the store is, is known from health's last look.
    func update() async {
        let report = await board.report()
        set("rollbook_ready", report.isReady ? 1 : 0)
        updateHealth(report.parts)
        updateConnections()
        updateCache(warehouse.cache.statistics, warehouse.cache.configuration)
        if warehouse.cache.shared != nil { updateShared(warehouse.cache.statistics) }
        for queue in warehouse.queues { update(queue) }
        for server in warehouse.servers { update(server) }
        if let look = warehouse.storeHealth.latestLook { update(look) }
        process.update()
    }

    /// A part that is told no more, such as one that did not answer in time, is no longer ill.
    private func updateHealth(_ told: [HealthPart]) {
        let names = Set(told.map(\.name))
        let gone = parts.withLock { parts in
            defer { parts.formUnion(names) }
            return parts.subtracting(names)
        }
        for name in gone { set("rollbook_health_state", 0, [("part", name)]) }
        for part in told { set("rollbook_health_state", Double(part.state.number), [("part", part.name)]) }
    }

    /// What servers share is asked where memory has no answer.
    private func updateShared(_ statistics: CacheStatistics) {
        let tier = [("tier", "shared")]
        total("rollbook_cache_hits_total", statistics.sharedHits, tier)
        total("rollbook_cache_misses_total", statistics.misses - statistics.sharedHits, tier)
    }

    private func updateConnections() {
        set("rollbook_http_connections", Double(connections.current))
        for reason in ConnectionPhase.Reason.allCases {
            total(
                "rollbook_http_connections_closed_total", connections.closedCount(reason), [("reason", reason.rawValue)]
            )
        }
    }

    private func updateCache(_ statistics: CacheStatistics, _ configuration: CacheConfiguration) {
        let tier = [("tier", "memory")]
        total("rollbook_cache_hits_total", statistics.hits, tier)
        total("rollbook_cache_misses_total", statistics.misses, tier)
        total("rollbook_cache_joins_total", statistics.joins)
        total("rollbook_cache_evictions_total", statistics.evictions, tier)
        total("rollbook_cache_expirations_total", statistics.expirations, tier)
        set("rollbook_cache_entries", Double(statistics.entries), tier)
        set("rollbook_cache_bytes", Double(statistics.bytes), tier)
        set("rollbook_cache_limit_bytes", Double(configuration.maximumBytes), tier)
        set("rollbook_cache_computations", Double(statistics.inFlight))
    }

    private func update(_ queue: QueueStatus) {
        let name = [("queue", queue.name)]
        set("rollbook_queue_slots", Double(queue.size), name)
        set("rollbook_queue_running", Double(queue.busy), name)
        set("rollbook_queue_waiting", Double(queue.waiting), name)
        set("rollbook_queue_limit", Double(queue.maximumWaiting), name)
        total("rollbook_queue_admitted_total", queue.counts.admitted, name)
        total("rollbook_queue_refused_total", queue.counts.refused, name + [("reason", "full")])
        total("rollbook_queue_refused_total", queue.counts.expired, name + [("reason", "waited")])
    }

    private func update(_ server: ServerStatus) {
        let name = [("server", server.name)]
        set("rollbook_server_up", server.answers ? 1 : 0, name + [("role", server.configuredRole.rawValue)])
        set("rollbook_server_connections", Double(server.openConnections), name)
        if let version = server.dataVersion { set("rollbook_server_data_version", Double(version), name) }
        // What is not known is not a lag of zero.
        guard server.configuredRole == .replica else { return }
        set("rollbook_replica_lag_seconds", server.replicaLagSeconds ?? .nan, name)
    }

    private func update(_ look: StoreLook) {
        set("rollbook_data_version", Double(look.state.dataVersion))
        if let newest = look.state.dataAsOf { set("rollbook_data_newest_timestamp_seconds", newest.seconds) }
        for view in look.views {
            let name = [("view", view.view)]
            set("rollbook_view_rows", Double(view.rowCount), name)
            guard let refreshed = view.refreshedAt else { continue }
            set("rollbook_view_last_refresh_timestamp_seconds", refreshed.seconds, name)
            set("rollbook_view_age_seconds", max(0, Instant.now.seconds - refreshed.seconds), name)
        }
    }

    private func set(_ name: String, _ value: Double, _ labels: [(String, String)] = []) {
        let gauge = gauges.withLock { gauges in
            let key = Self.key(name, labels)
            if let known = gauges[key] { return known }
            let new = Meter(label: name, dimensions: labels, factory: factory)
            gauges[key] = new
            return new
        }
        gauge.set(value)
    }

    private func total(_ name: String, _ value: Int64, _ labels: [(String, String)] = []) {
        let counter = totals.withLock { totals in
            let key = Self.key(name, labels)
            if let known = totals[key] { return known }
            let new = RunningTotal(name, labels, factory: factory)
            totals[key] = new
            return new
        }
        counter.saw(value)
    }

    private static func key(_ name: String, _ labels: [(String, String)]) -> String {
        labels.reduce(name) { "\($0) \($1.0)=\($1.1)" }
    }
}

extension HealthPart.State {
    /// The state as a number: 0 well, 1 degraded, 2 failed.
    fileprivate var number: Int {
        switch self {
        case .ok: 0
        case .degraded: 1
        case .failed: 2
        }
    }
}

extension Instant {
    /// Seconds since 1970, with fractions.
    fileprivate var seconds: Double { Double(microsecondsSinceEpoch) / 1e6 }
}
