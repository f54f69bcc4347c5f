public import RollbookCache
public import RollbookModel
public import RollbookStore
public import RollbookViews

/// What a warehouse holds, and how fresh it is.
public struct WarehouseStatus: Sendable {
    /// The number of records of each table that was to be counted.
    public let tables: [(table: RecordTable, count: Int64)]
    /// The state of the store.
    public let state: StoreState
    /// When each view was filled.
    public let views: [ViewStatus]
    /// What the store takes on disk, in bytes, where the engine knows.
    public let bytes: Int64?
    /// What the cache holds and how often it helped.
    public let cache: CacheStatistics
    /// The engine's name.
    public let engine: String
    /// The servers that the engine asks, as they were last seen; none where it runs in this process.
    public let servers: [ServerStatus]
    /// The definitions in force.
    public let policy: Policy
}

extension Warehouse {
    /// What the warehouse holds, and how fresh it is.
    ///
    /// - Parameters:
    ///   - counted: the tables whose records are counted, which on a large school takes a moment.
    ///   - asksServers: whether servers are asked how they are, rather than remembered, which takes a moment where one is
    ///     down.
    /// - Throws: as ``answer(_:)``.
    public func status(
        counting counted: [RecordTable] = RecordTable.allCases, asksServers: Bool = false
    ) async throws -> WarehouseStatus {
        let (state, tables, views) = try await engine.read(deadline: deadline) { session in
            // The state first: where there is no store, it says so.
            (
                try await StoreState.read(in: session), try await RecordCounts.all(of: counted, in: session),
                try await ViewStatus.all(in: session)
            )
        }
        let servers = asksServers ? await engine.askServers() : engine.servers
        return WarehouseStatus(
            tables: tables, state: state, views: views, bytes: try await engine.storedBytes(), cache: cache.statistics,
            engine: engine.name, servers: servers, policy: configuration.policy)
    }

    /// Whatever of the warehouse may be ill: its store, and the engine where it has servers.
    public var healthSources: [any HealthSource] {
        [storeHealth] + [engine as? any HealthSource, cache.shared as? any HealthSource].compactMap { $0 }
    }

    /// Makes sure that the engine can answer, and makes what connections are always kept.
    ///
    /// - Throws: as ``answer(_:)``.
    public func connect(within limit: Duration) async throws { try await engine.connect(.after(limit)) }

    /// The engine's name.
    public var engineName: String { engine.name }

    /// How full the engine's queues are, known without waiting.
    public var queues: [QueueStatus] { engine.queues }

    /// The servers that the engine asks, as they were last seen, known without waiting.
    public var servers: [ServerStatus] { engine.servers }
}
