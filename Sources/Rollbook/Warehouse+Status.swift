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
    /// The definitions in force.
    public let policy: Policy
}

extension Warehouse {
    /// What the warehouse holds, and how fresh it is.
    ///
    /// - Parameter counted: the tables whose records are counted, which on a large school takes a moment.
    /// - Throws: as ``answer(_:)``.
    public func status(counting counted: [RecordTable] = RecordTable.allCases) async throws -> WarehouseStatus {
        let (state, tables, views) = try await engine.read(deadline: deadline) { session in
            // The state first: where there is no store, it says so.
            (
                try await StoreState.read(in: session), try await RecordCounts.all(of: counted, in: session),
                try await ViewStatus.all(in: session)
            )
        }
        return WarehouseStatus(
            tables: tables, state: state, views: views, bytes: try await engine.storedBytes(), cache: cache.statistics,
            engine: engine.name, policy: configuration.policy)
    }
}
