public import RollbookModel

/// What a snapshot of the store is: its version, its newest record, and the zone of its stored dates.
public struct StoreState: Hashable, Sendable {
    /// Grows whenever stored records or views change.
    public let dataVersion: Int64
    /// The newest record's time, or nil where there are no records.
    public let dataAsOf: Instant?
    /// The zone in which the stored local dates were made.
    public let zone: Zone

    /// Makes a state.
    public init(dataVersion: Int64, dataAsOf: Instant?, zone: Zone) {
        self.dataVersion = dataVersion
        self.dataAsOf = dataAsOf
        self.zone = zone
    }

    /// The question whose answer is the state.
    package static let statement = Statement(
        "SELECT data_version, data_as_of, time_zone, schema_version FROM store_state")

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
        guard let version = result.first("data_version").integer,
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
        self.init(dataVersion: version, dataAsOf: result.first("data_as_of").instant, zone: zone)
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
        try await session.execute(Statement("UPDATE store_state SET data_version = data_version + 1"))
        return try await read(in: session)
    }
}
