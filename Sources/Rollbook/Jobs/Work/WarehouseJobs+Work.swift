import RollbookModel
import RollbookReports
import RollbookStore
import RollbookViews

extension WarehouseJobs {
    /// Does a job once.
    ///
    /// - Returns: what its runs count.
    /// - Throws: what the engine throws.
    func work(_ job: Job, _ progress: @Sendable (String) async -> Void) async throws -> Int64 {
        switch job {
        case .refresh: try await refreshViews(progress)
        case .statistics: try await takeStatistics(progress)
        case .warm: try await warm(progress)
        case .prepare: try await fillEmptyViews(progress)
        }
    }

    private func refreshViews(_ progress: @Sendable (String) async -> Void) async throws -> Int64 {
        let outcome = try await warehouse.refresh { view in
            await progress("\(view.view): \(view.rowCount) rows")
        }
        return outcome.views.reduce(0) { $0 + $1.rowCount }
    }

    /// The rest of `prepare`: the store's tables were made before, because the run is noted in them.
    private func fillEmptyViews(_ progress: @Sendable (String) async -> Void) async throws -> Int64 {
        let views = try await engine.bookkeep(deadline: .after(Self.patience)) { try await ViewStatus.all(in: $0) }
        let empty = views.filter { $0.refreshedAt == nil }
        if empty.isEmpty { return 0 }
        _ = try await refreshViews(progress)
        return Int64(empty.count)
    }
}

extension Warehouse {
    /// Brings the store's tables to where this program needs them, where they are not and the database's user may.
    ///
    /// - Returns: what was made.
    /// - Throws: ``RollbookError`` with `notPermitted` where the user may not; as `Migrator.up(on:to:)`.
    public func makeStoreIfMissing() async throws -> [String] {
        let migrator = Migrator(of: engine)
        let entries: [Migrator.Entry]
        do {
            entries = try await migrator.status(on: engine)
        } catch let error as RollbookError where error.code == .notReady {
            // What cannot be read as a store is for the migrator to judge.
            return try await migrator.up(on: engine).made
        }
        if entries.allSatisfy({ $0.state == .applied }) { return [] }
        return try await migrator.up(on: engine).made
    }

    /// The questions that are common: every report and view that needs no parameter.
    static var standardQuestions: [Question] {
        get throws {
            let reports = ReportCatalogue.all.filter { $0.parameters.allSatisfy { $0.standardText != nil } }
            return try reports.map { try Question(report: $0.name) }
                + ViewCatalogue.all.map { try Question(view: $0.name) }
        }
    }
}
