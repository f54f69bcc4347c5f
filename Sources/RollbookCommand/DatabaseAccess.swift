import Foundation
import Rollbook
import RollbookDuckDB
import RollbookPostgreSQL
import RollbookRedis
import RollbookStore

/// Opens what a user calls the database: the only place that knows engines by name.
enum DatabaseAccess {
    /// Runs `body` on the warehouse and closes it.
    ///
    /// - Parameters:
    ///   - creates: whether a missing file is made; a command that only reads never makes one. In a PostgreSQL database
    ///     nothing is made but by `rollbook migrate`.
    ///   - makesStore: whether an empty file gets its store, and one without a store of this version is refused.
    ///   - observers: who is told of every question.
    static func withWarehouse<T>(
        _ settings: EffectiveSettings, creates: Bool = false, makesStore: Bool = true,
        observers: [any QuestionObserver] = [],
        _ body: (Warehouse) async throws -> T
    ) async throws -> T {
        let shared = try settings.sharedCache().map { RedisAnswers($0) }
        var configuration = settings.warehouse
        configuration.observers = observers
        return try await withDatabase(settings, creates: creates, makesStore: makesStore) { [configuration] engine in
            let result: Result<T, any Error>
            do {
                result = .success(
                    try await body(Warehouse(engine: engine, configuration: configuration, shared: shared)))
            } catch { result = .failure(error) }
            await shared?.close()
            return try result.get()
        }
    }

    /// Runs `body` on the database as it is, with or without a store, and closes it.
    ///
    /// - Parameter creates: whether a missing file is made.
    static func withEngine<T>(
        _ settings: EffectiveSettings, creates: Bool = false, _ body: (any Engine) async throws -> T
    ) async throws -> T {
        try await withDatabase(settings, creates: creates, makesStore: false, body)
    }

    /// - Throws: ``CommandFailure`` unless the database is one of a server, which has roles.
    static func requireServer(_ settings: EffectiveSettings) throws {
        if case .postgreSQL = try DatabaseLocation(settings) { return }
        throw CommandFailure(
            .usage, "a DuckDB file has no roles: whoever may read the file may read all of it, so guard the file",
            hints: ["grants are for PostgreSQL: --database postgres://…"])
    }

    private static func withDatabase<T>(
        _ settings: EffectiveSettings, creates: Bool, makesStore: Bool, _ body: (any Engine) async throws -> T
    ) async throws -> T {
        switch try DatabaseLocation(settings) {
        case .file(let path): try await withFile(path, settings, creates: creates, makesStore: makesStore, body)
        case .postgreSQL(let address): try await run(PostgresEngine(settings.engine(address)), body)
        }
    }

    private static func withFile<T>(
        _ path: String, _ settings: EffectiveSettings, creates: Bool, makesStore: Bool,
        _ body: (any Engine) async throws -> T
    ) async throws -> T {
        let isNew = !FileManager.default.fileExists(atPath: path)
        if isNew { try prepare(path, creates: creates) }
        // A database that could not be opened may be another process's: nothing of it is ours to remove.
        let engine = try await DuckDBEngine(settings.engine(path: path), makesStore: makesStore)
        do {
            return try await run(engine, body)
        } catch {
            // A database that was made for a load that failed holds nothing that anybody wants.
            if isNew { for ending in ["", ".wal"] { try? FileManager.default.removeItem(atPath: path + ending) } }
            throw error
        }
    }

    private static func run<T>(
        _ engine: any Engine, _ body: (any Engine) async throws -> T
    ) async throws -> T {
        do {
            let value = try await body(engine)
            await engine.close()
            return value
        } catch {
            await engine.close()
            throw error
        }
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
