public import RollbookModel

/// What a snapshot of the store is: its version, its newest record, and the zone of its stored dates.
public struct StoreState: Hashable, Sendable {
    /// Which state of which store it is.
    public let dataState: DataState
    /// The newest record's time, or nil where there are no records.
    public let dataAsOf: Instant?
    /// The zone in which the stored local dates were made.
    public let zone: Zone

    /// Grows whenever stored records or views change.
    public var dataVersion: Int64 { dataState.version }
    /// Drawn when the store was made.
    public var storeID: String { dataState.storeID }

    /// Makes a state.
    ///
    /// - Parameter versionMark: what was drawn when the store came to have this version.
    public init(dataVersion: Int64, dataAsOf: Instant?, zone: Zone, storeID: String = "", versionMark: String = "") {
        dataState = DataState(storeID: storeID, version: dataVersion, mark: versionMark)
        self.dataAsOf = dataAsOf
        self.zone = zone
    }

    /// The question whose answer is the state.
    package static let statement = Statement("SELECT \(columns) FROM store_state")
    /// The columns that ``init(_:)`` reads.
    package static let columns = "store_id, data_version, version_mark, data_as_of, time_zone, schema_version"

    /// Reads the state in a session.
    ///
    /// - Throws: ``RollbookError`` with `notReady` where the store is missing, half made, or of another version of Rollbook;
    ///   what the session throws.
    public static func read(in session: any ReadSession) async throws -> StoreState {
        try StoreState(try await session.query(statement))
    }

    /// Understands the answer to ``statement``.
    ///
    /// - Throws: ``RollbookError`` with `notReady` where the store is half made or of another version of Rollbook.
    package init(_ result: QueryResult) throws {
        guard let version = result.first("data_version").integer, let store = result.first("store_id").text,
            let mark = result.first("version_mark").text,
            let zone = result.first("time_zone").text.flatMap(Zone.init(identifier:)),
            let schema = result.first("schema_version").integer
        else {
            throw RollbookError(
                .notReady, "the database holds half a Rollbook store; make a new one and import the sources again")
        }
        if schema < Int64(Migration.newest) {
            throw RollbookError(
                .notReady,
                "the store has schema \(schema), this Rollbook needs \(Migration.newest): run rollbook migrate up")
        }
        if schema > Int64(Migration.newest) {
            throw RollbookError(
                .notReady,
                "the store has schema \(schema), this Rollbook knows \(Migration.newest): use the newer Rollbook that made it"
            )
        }
        self.init(
            dataVersion: version, dataAsOf: result.first("data_as_of").instant, zone: zone, storeID: store,
            versionMark: mark)
    }

    /// What engines say where ``statement`` finds no table.
    package static func missing(engineMessage: String? = nil) -> RollbookError {
        RollbookError(
            .notReady, "the database holds no Rollbook store: run rollbook migrate up", engineMessage: engineMessage)
    }
}

extension StoreState {
    /// Whether the record tables are views over somebody else's tables, which change without an import.
    ///
    /// - Throws: what the session throws.
    package static func recordsAreMapped(in session: any ReadSession) async throws -> Bool {
        try await session.query(Statement("SELECT records_are_mapped FROM store_state")).first() == .boolean(true)
    }

    /// Records that stored records or views have changed: the version grows; where records or the zone changed, what is
    /// derived from them is brought up to date.
    ///
    /// - Throws: what the session throws.
    public static func advance(
        in session: any WriteSession, dialect: Dialect, zone: Zone, recordsChanged: Bool
    ) async throws -> StoreState {
        if recordsChanged {
            try await dialect.storage.derived.bringUpToDate(zone: zone, in: session)
            // Asked apart from the update: only a question may run on several processors.
            let newest = try await session.query(Statement(SQLFiles.newestRecord)).first()
            try await session.execute(
                Statement(
                    "UPDATE store_state SET data_as_of = CAST(:newest AS timestamp), time_zone = :zone",
                    ["newest": newest, "zone": .text(zone.identifier)]))
        }
        try await session.execute(
            Statement(
                "UPDATE store_state SET data_version = data_version + 1, version_mark = :mark",
                ["mark": .text(drawnMark())]))
        return try await read(in: session)
    }

    /// Short enough for a string to hold it without memory of its own.
    private static func drawnMark() -> String {
        let digits = String(UInt64.random(in: 0..<(1 << 60)), radix: 16)
        return String(repeating: "0", count: 15 - digits.count) + digits
    }
}
