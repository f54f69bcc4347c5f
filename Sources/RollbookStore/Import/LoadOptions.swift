public import RollbookModel

/// How a load treats what is there and what cannot be stored.
public struct LoadOptions: Sendable {
    /// The origin that is remembered with each record.
    public let origin: String
    /// The tables from which what is gone from the source is removed; empty: nothing is removed.
    public let replacedTables: [RecordTable]
    /// The zone in which the stored local dates are made.
    public let zone: Zone
    /// How many records may be rejected before the load is given up.
    public let maximumRejects: Int

    /// Makes options.
    public init(origin: String, replacedTables: [RecordTable] = [], zone: Zone, maximumRejects: Int = 0) {
        self.origin = origin
        self.replacedTables = replacedTables
        self.zone = zone
        self.maximumRejects = maximumRejects
    }
}

/// What a load did.
public struct LoadOutcome: Sendable {
    /// What it did to one table.
    public struct TableChange: Sendable {
        /// The table.
        public let table: RecordTable
        /// Records that were not there.
        public var inserted: Int64 = 0
        /// Records that were there with other values.
        public var updated: Int64 = 0
        /// Records that were there as they are.
        public var unchanged: Int64 = 0
        /// Records that are gone.
        public var removed: Int64 = 0

        /// Whether anything is different from before.
        public var hasChanged: Bool { inserted + updated + removed > 0 }

        init(table: RecordTable) { self.table = table }
    }

    /// The tables that the source touched.
    public let tables: [TableChange]
    /// Records that could not be stored.
    public let rejected: Int
    /// The state of the store afterwards.
    public let state: StoreState

    /// Whether anything is different from before.
    public var hasChanged: Bool { tables.contains { $0.hasChanged } }
}
