import Foundation
import Rollbook
import RollbookDuckDB

/// Chooses the engine for what a user calls the database, and opens it: the only place that knows engines by name.
enum DatabaseAccess {
    /// Runs `body` on the warehouse and closes it.
    ///
    /// - Parameter creates: whether a missing database is made; a command that only reads never makes one.
    static func withWarehouse<T>(
        _ settings: EffectiveSettings, creates: Bool = false, _ body: (Warehouse) async throws -> T
    ) async throws -> T {
        let path = try path(settings)
        let isNew = !FileManager.default.fileExists(atPath: path)
        if isNew { try prepare(path, creates: creates) }
        // A database that could not be opened may be another process's: nothing of it is ours to remove.
        let engine = try await DuckDBEngine(settings.engine(path: path))
        do {
            return try await run(engine, settings, body)
        } catch {
            // A database that was made for a load that failed holds nothing that anybody wants.
            if isNew { for ending in ["", ".wal"] { try? FileManager.default.removeItem(atPath: path + ending) } }
            throw error
        }
    }

    private static func run<T>(
        _ engine: DuckDBEngine, _ settings: EffectiveSettings, _ body: (Warehouse) async throws -> T
    ) async throws -> T {
        let warehouse = Warehouse(engine: engine, configuration: settings.warehouse)
        do {
            let value = try await body(warehouse)
            await warehouse.close()
            return value
        } catch {
            await warehouse.close()
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
