import Foundation
import Rollbook
import RollbookDuckDB
import RollbookStore

/// Chooses the engine for what a user calls the database, and opens it: the only place that knows engines by name.
enum DatabaseAccess {
    /// Runs `body` on the warehouse and closes it.
    ///
    /// - Parameter creates: whether a missing database is made; a command that only reads never makes one.
    static func withWarehouse<T>(
        _ settings: EffectiveSettings, creates: Bool = false, _ body: (Warehouse) async throws -> T
    ) async throws -> T {
        try await withDatabase(settings, creates: creates, makesStore: true) { engine in
            try await body(Warehouse(engine: engine, configuration: settings.warehouse))
        }
    }

    /// Runs `body` on the database as it is, with or without a store, and closes it.
    ///
    /// - Parameter creates: whether a missing database is made.
    static func withEngine<T>(
        _ settings: EffectiveSettings, creates: Bool = false, _ body: (any Engine) async throws -> T
    ) async throws -> T {
        try await withDatabase(settings, creates: creates, makesStore: false, body)
    }

    /// - Throws: ``CommandFailure`` unless the database is one of a server, which has roles.
    static func requireServer(_ settings: EffectiveSettings) throws {
        if let text = settings["database"], text.contains(/^postgres(ql)?:\/\//) { return }
        throw CommandFailure(
            .usage, "a DuckDB file has no roles: whoever may read the file may read all of it, so guard the file",
            hints: ["grants are for PostgreSQL: --database postgres://…"])
    }

    private static func withDatabase<T>(
        _ settings: EffectiveSettings, creates: Bool, makesStore: Bool, _ body: (any Engine) async throws -> T
    ) async throws -> T {
        let path = try path(settings)
        let isNew = !FileManager.default.fileExists(atPath: path)
        if isNew { try prepare(path, creates: creates) }
        // A database that could not be opened may be another process's: nothing of it is ours to remove.
        let engine = try await DuckDBEngine(settings.engine(path: path), makesStore: makesStore)
        do {
            let value = try await body(engine)
            await engine.close()
            return value
        } catch {
            await engine.close()
            // A database that was made for a load that failed holds nothing that anybody wants.
            if isNew { for ending in ["", ".wal"] { try? FileManager.default.removeItem(atPath: path + ending) } }
            throw error
        }
    }

    /// The file of the database that the settings name.
    ///
    /// - Throws: ``CommandFailure`` where none is named, or one that this build cannot reach.
    static func path(_ settings: EffectiveSettings) throws -> String {
        guard let text = settings["database"] else {
            throw CommandFailure(
                .usage, "no database is named", hints: ["pass --database PATH, or set ROLLBOOK_DATABASE"])
        }
        if let scheme = text.firstMatch(of: /^([A-Za-z][A-Za-z0-9+.-]*):\/\//) {
            throw CommandFailure(
                .usage, "\(scheme.output.1)://… cannot be reached: this build has the embedded engine, DuckDB, only",
                hints: ["name the path of a file, such as school.duckdb"])
        }
        guard text != ":memory:" else {
            throw CommandFailure(.usage, "a database in memory would end with the command; name the path of a file")
        }
        return text
    }

    private static func prepare(_ path: String, creates: Bool) throws {
        guard creates else {
            throw CommandFailure(
                .noInput, "no database at \(path); import something first",
                hints: ["for instance: rollbook import records FOLDER --database \(path)"])
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw CommandFailure(.cannotCreate, "\(path) cannot be created: \(folder) is no folder that can be written")
        }
    }
}
