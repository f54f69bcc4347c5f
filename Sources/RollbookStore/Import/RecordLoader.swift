public import RollbookModel

/// Brings a source's records into the store, inside one transaction: it stages them, checks what needs other records,
/// merges them table by table, and derives anew what reports read.
///
/// Use: ``stage(_:)`` and ``remove(_:from:)`` as the source speaks, then ``finish()`` once.
public actor RecordLoader {
    private let session: any WriteSession
    private let dialect: Dialect
    private let options: LoadOptions
    private let onReject: @Sendable (RejectedRecord) async throws -> Void
    private var staged: [RecordTable: StagingTable] = [:]
    private var removals: [RecordTable: [SourceIdentifier]] = [:]
    private var memory: MemoryStaging?
    private var files: [String] = []
    private var rejectCount = 0

    /// Makes a loader.
    ///
    /// - Parameter onReject: is told of each record that cannot be stored.
    /// - Throws: ``RollbookError`` with `notReady` where there is no store of this version, `invalidArgument` where its
    ///   records are mapped; what the engine throws.
    public init(
        session: any WriteSession, dialect: Dialect, options: LoadOptions,
        onReject: @escaping @Sendable (RejectedRecord) async throws -> Void
    ) async throws {
        self.session = session
        self.dialect = dialect
        self.options = options
        self.onReject = onReject
        // A source is not read for a store that cannot take it.
        _ = try await StoreState.read(in: session)
        try await AppliedMapping.refuse("there is nothing to import", in: session)
        try await session.execute(
            Statement(
                """
                CREATE TEMPORARY TABLE staged_rejects (
                    table_name varchar, file_no integer, line bigint, column_name varchar, kind varchar, reason varchar)
                """))
    }

    /// Stages some records.
    ///
    /// - Throws: what the engine throws.
    public func stage(_ batch: RecordBatch) async throws {
        guard batch.count > 0 else { return }
        if staged[batch.table] == nil {
            let table = StagingTable(table: batch.table, dialect: dialect)
            staged[batch.table] = table
            try await session.execute(Statement(table.definition))
        }
        staged[batch.table]?.note(batch)
        guard let table = staged[batch.table] else { return }
        try await session.append(table.block(batch, fileNumber: number(of: batch.file)))
    }

    /// Stages a Parquet file, which the engine reads by itself.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource` where it cannot be read or its columns are not those of the table,
    ///   `invalidArgument` where the engine does not read Parquet; what the engine throws.
    public func stage(parquet path: String, file: String, table: RecordTable) async throws {
        guard let scan = dialect.parquetScan?(path) else {
            throw RollbookError(.invalidArgument, "\(file): this engine does not read Parquet; use CSV", subject: file)
        }
        let types: QueryResult
        do {
            types = try await session.query(Statement("DESCRIBE SELECT * EXCLUDE (file_row_number) FROM \(scan)"))
        } catch let error as RollbookError where error.code == .engineFailure || error.code == .unavailable {
            throw RollbookError(
                .unreadableSource, "\(file) cannot be read as Parquet", subject: file,
                engineMessage: error.engineMessage)
        }
        let columns = (0..<types.rowCount).map { row in
            (types["column_name"]?[row].text ?? "", types["column_type"]?[row].text ?? "")
        }
        var staging = StagingTable(table: table, dialect: dialect)
        let query = try staging.parquetQuery(scan: scan, fileNumber: number(of: file), file: file, types: columns)
        let isTextual = columns.contains { name, type in
            type == "VARCHAR" && table.columns.contains { $0.name == name && StagingTable.isIdentifier($0) }
        }
        staging.hasTextIdentifiers = isTextual
        staging.isView = !isTextual
        // Without texts the file can be read where it lies, as often as needed, which costs less than a copy of it.
        try await session.execute(
            Statement("CREATE TEMPORARY \(staging.isView ? "VIEW" : "TABLE") \(staging.name) AS \(query)"))
        staged[table] = staging
        for check in staging.valueChecks {
            try await checks.addRejects(
                of: staging,
                """
                SELECT file_no, line, '\(check.column)', '\(check.kind)', \(Dialect.literal(check.reason))
                FROM \(staging.name) WHERE \(check.condition)
                """)
        }
    }

    /// Names records that the source says are gone; they are removed after everything else has been merged.
    public func remove(_ identifiers: [SourceIdentifier], from table: RecordTable) {
        removals[table, default: []].append(contentsOf: identifiers)
    }

    /// Stages what sources of changes will need to know of this one.
    ///
    /// - Throws: what the engine throws.
    public func remember(_ entries: [SourceMemory.Entry]) async throws {
        var staging = if let memory { memory } else { try await MemoryStaging(session: session, dialect: dialect) }
        try await staging.stage(entries)
        memory = staging
    }

    /// Checks and merges everything that was staged.
    ///
    /// - Throws: ``RollbookError`` with `rejectedRecords` where more records were rejected than the options allow, or
    ///   where what remains would refer to what is removed; what the engine throws.
    public func finish() async throws -> LoadOutcome {
        var changes: [LoadOutcome.TableChange] = []
        for table in RecordTable.allCases {
            let change = try await settle(table)
            if staged[table] != nil || change.hasChanged { changes.append(change) }
        }
        try await removeNamed(&changes)
        if rejectCount > options.maximumRejects { throw tooManyRejects() }
        if changes.contains(where: { $0.removed > 0 }) { try await removal.checkReferences() }
        let state = try await finishState(hasChanged: changes.contains { $0.hasChanged })
        try await memory?.merge(origin: options.origin, replaces: !options.replacedTables.isEmpty)
        for staging in staged.values { try await drop(staging) }
        try await session.execute(Statement("DROP TABLE staged_rejects"))
        return LoadOutcome(tables: changes, rejected: rejectCount, state: state)
    }

    /// Counts a record that the source itself rejected, so that the limit holds for all together.
    ///
    /// - Throws: what `onReject` throws.
    public func reject(_ record: RejectedRecord) async throws {
        rejectCount += 1
        try await onReject(record)
    }

    private func tooManyRejects() -> RollbookError {
        let allowed = options.maximumRejects == 0 ? "none is allowed" : "\(options.maximumRejects) are allowed"
        return RollbookError(
            .rejectedRecords,
            "\(rejectCount) record\(rejectCount == 1 ? "" : "s") cannot be stored and \(allowed); nothing was imported")
    }

    private func number(of file: String) -> Int32 {
        if let index = files.lastIndex(of: file) { return Int32(index) }
        files.append(file)
        return Int32(files.count - 1)
    }

    private func drop(_ staging: StagingTable) async throws {
        try await session.execute(Statement("DROP \(staging.isView ? "VIEW" : "TABLE") \(staging.name)"))
    }

    // MARK: Rejects

    /// Tells of each rejected record of a table, a page at a time, so that a source of nothing but rejects needs no more
    /// memory than another.
    private func reportRejects(of staging: StagingTable) async throws {
        var last: (file: Int64, line: Int64) = (-1, -1)
        while true {
            let page = try await rejects(of: staging, after: last)
            for row in 0..<page.rowCount {
                let cells = page.row(row)
                let place = (file: cells[0].integer ?? 0, line: cells[1].integer ?? 0)
                // A record is rejected once, for the first thing that is wrong with it.
                if place == last { continue }
                last = place
                let record = cells.dropFirst(5).map { Self.field($0.text ?? "") }.joined(separator: ",")
                try await reject(
                    RejectedRecord(
                        file: files[Int(place.file)], line: place.line, column: cells[2].text,
                        valueKind: cells[3].text ?? "", reason: cells[4].text ?? "", record: record))
            }
            if page.rowCount < Self.rejectPage { return }
            if rejectCount > options.maximumRejects + Self.mostListed { throw tooManyRejects() }
        }
    }

    private static let rejectPage = 20_000
    /// So many records beyond what is allowed are told of; then the source is given up.
    private static let mostListed = 1_000_000

    private func rejects(
        of staging: StagingTable, after last: (file: Int64, line: Int64)
    ) async throws -> QueryResult {
        let cells = staging.table.columns.map { column in
            StagingTable.isIdentifier(column)
                ? "coalesce(s.\(column.name)_text, CAST(s.\(column.name) AS varchar))"
                : "CAST(s.\(column.name) AS varchar)"
        }
        return try await session.query(
            Statement(
                """
                SELECT r.file_no, r.line, r.column_name, r.kind, r.reason, \(cells.joined(separator: ", "))
                FROM staged_rejects r
                LEFT JOIN \(staging.name) s ON s.file_no = r.file_no AND s.line = r.line
                WHERE r.table_name = :table AND (r.file_no > :file OR (r.file_no = :file AND r.line > :line))
                ORDER BY r.file_no, r.line, r.column_name
                LIMIT :page
                """,
                [
                    "table": .text(staging.table.rawValue), "file": .integer(last.file), "line": .integer(last.line),
                    "page": .integer(Int64(Self.rejectPage)),
                ]))
    }

    /// A text as a field of a CSV record.
    private static func field(_ text: String) -> String {
        text.contains { ",\"\n\r".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }

    // MARK: Removal and state

    private var checks: StagingChecks { StagingChecks(session: session) }

    private var removal: RecordRemoval { RecordRemoval(session: session, dialect: dialect, origin: options.origin) }

    /// Merges what was staged of a table and, where the source replaces it, removes what is gone: later tables are checked
    /// against what is there then.
    private func settle(_ table: RecordTable) async throws -> LoadOutcome.TableChange {
        var change = LoadOutcome.TableChange(table: table)
        if var staging = staged[table] {
            try await session.analyze(staging.name, as: dialect)
            staging = try await checks.resolveIdentifiers(of: staging)
            staged[table] = staging
            try await checks.findDuplicates(in: staging)
            try await checks.findDanglingReferences(in: staging)
            try await reportRejects(of: staging)
            change = try await TableMerge(staging: staging, origin: options.origin, session: session).run()
        }
        if options.replacedTables.contains(table) {
            change.removed = try await removal.removeMissing(from: table, staging: staged[table])
        }
        return change
    }

    /// Removes the records that the source named as gone, those first that others may refer to least; one that is still
    /// referred to stays, and is rejected.
    private func removeNamed(_ changes: inout [LoadOutcome.TableChange]) async throws {
        for table in RecordTable.allCases.reversed() where table.hasKey {
            guard let named = removals[table] else { continue }
            let (removed, hindered) = try await removal.remove(named, from: table)
            for hindrance in hindered {
                try await reject(
                    RejectedRecord(
                        file: table.rawValue, line: 0, column: "id", valueKind: "removal", reason: hindrance.reason,
                        record: named[hindrance.position].description))
            }
            guard removed > 0 else { continue }
            if let index = changes.firstIndex(where: { $0.table == table }) {
                changes[index].removed += removed
            } else {
                var change = LoadOutcome.TableChange(table: table)
                change.removed = removed
                changes.append(change)
            }
        }
    }

    private func finishState(hasChanged: Bool) async throws -> StoreState {
        let state = try await StoreState.read(in: session)
        guard hasChanged || state.zone != options.zone else { return state }
        return try await StoreState.advance(in: session, dialect: dialect, zone: options.zone, recordsChanged: true)
    }
}
