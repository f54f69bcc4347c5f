public import RollbookModel
public import RollbookStore

/// Records that stay a platform's own: views over its tables stand in the place of the record tables.
extension Warehouse {
    /// The mapping that is applied; nil where the records are the store's own.
    ///
    /// - Throws: as ``answer(_:)``.
    public func appliedMapping() async throws -> AppliedMapping? {
        try requireMappableEngine()
        return try await engine.read(deadline: deadline) { try await AppliedMapping.read(in: $0) }
    }

    /// Looks at what a mapping yields, without changing anything. The database needs no store for it.
    ///
    /// - Parameter progress: is told of each table before its records are looked at.
    /// - Throws: ``RollbookError`` with `invalidArgument` where the engine has no platform's tables; as ``answer(_:)``.
    public func checkMapping(
        _ mapping: RecordMapping, progress: @Sendable (RecordTable) async -> Void = { _ in }
    ) async throws -> MappingReport {
        try requireMappableEngine()
        return try await MappingCheck(mapping).run(on: engine, progress: progress)
    }

    /// Checks a mapping and puts its views in the place of the store's own record tables, or of an earlier mapping's views.
    /// Answers follow with the next refresh.
    ///
    /// - Parameters:
    ///   - maximumRejects: how many records may be left out.
    ///   - progress: is told of each table before its records are looked at.
    ///   - onReport: is told what the check has found, before anything is changed.
    /// - Throws: ``RollbookError`` with `rejectedRecords` where the check has found errors or more records that cannot be
    ///   stored, `invalidArgument` where the store holds records of its own; as ``checkMapping(_:progress:)``.
    @discardableResult public func applyMapping(
        _ mapping: RecordMapping, maximumRejects: Int = 0, progress: @Sendable (RecordTable) async -> Void = { _ in },
        onReport: @Sendable (MappingReport) async -> Void = { _ in }
    ) async throws -> StoreState {
        let report = try await checkMapping(mapping, progress: progress)
        await onReport(report)
        guard report.errors.isEmpty else {
            throw RollbookError(
                .rejectedRecords, "the mapping does not yield Rollbook's record tables; nothing was changed",
                subject: mapping.file)
        }
        guard report.leftOut <= maximumRejects else {
            let allowed = maximumRejects == 0 ? "none is allowed" : "\(maximumRejects) are allowed"
            throw RollbookError(
                .rejectedRecords,
                "\(report.leftOut) record\(report.leftOut == 1 ? "" : "s") would be left out and \(allowed); nothing was"
                    + " changed", subject: mapping.file)
        }
        let state = try await installation.apply(mapping, on: engine)
        await moved(to: state)
        return state
    }

    /// Makes the store's own record tables again, empty, in the place of the mapping's views.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` where no mapping is applied; as ``answer(_:)``.
    @discardableResult public func removeMapping() async throws -> StoreState {
        try requireMappableEngine()
        let state = try await installation.remove(on: engine)
        await moved(to: state)
        return state
    }

    private var installation: MappingInstallation { MappingInstallation(Migrator(of: engine)) }

    private func requireMappableEngine() throws {
        guard engine.dialect.storage == .maintained else {
            throw RollbookError(
                .invalidArgument,
                "a mapping reads a platform's tables where they lie, in PostgreSQL; \(engine.name) holds records of its own:"
                    + " import them", subject: "database")
        }
    }
}
