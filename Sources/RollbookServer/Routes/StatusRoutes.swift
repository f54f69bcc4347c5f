import HTTPTypes
import Hummingbird
import Rollbook
import RollbookCache
import RollbookModel
import RollbookViews

/// How the warehouse is: for people, and for whatever watches the process.
struct StatusRoutes {
    /// How long the engine may take before the warehouse counts as not ready.
    private static let patience = Duration.seconds(1)

    let warehouse: Warehouse

    func add(to router: Router<BasicRequestContext>) {
        router.read("/v1/info") { _, _ in .json(Self.describe(try await warehouse.status())) }
        router.read("/health/live") { _, _ in .json(["status": "live"]) }
        router.read("/health/ready") { _, _ in try await ready() }
    }

    private func ready() async throws -> Response {
        do {
            let status = try await Self.within(Self.patience) { try await warehouse.status(counting: []) }
            return .json(["status": "ready", "views": .array(status.views.map(Self.describe))])
        } catch {
            throw Problem(any: error).with(status: .serviceUnavailable)
        }
    }

    /// What `body` gives, unless it takes too long; then it is cancelled.
    private static func within<T: Sendable>(
        _ patience: Duration, _ body: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        try await withThrowingTaskGroup(of: T.self) { group in
            group.addTask(operation: body)
            group.addTask {
                try await Task.sleep(for: patience)
                throw RollbookError(.timedOut, "the engine did not answer within \(patience)")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private static func describe(_ status: WarehouseStatus) -> JSONValue {
        [
            "engine": .text(status.engine), "data_version": .integer(status.state.dataVersion),
            "data_as_of": .instant(status.state.dataAsOf), "time_zone": .text(status.state.zone.identifier),
            "stored_bytes": .integer(status.bytes),
            "tables": .array(
                status.tables.map { ["table": .text($0.table.rawValue), "record_count": .integer($0.count)] }),
            "views": .array(status.views.map(describe)), "cache": describe(status.cache),
            "policy": .object(status.policy.values.map { ($0.name, .plain($0.value)) }),
        ]
    }

    private static func describe(_ view: ViewStatus) -> JSONValue {
        [
            "view": .text(view.view), "as_of": .instant(view.asOf), "refreshed_at": .instant(view.refreshedAt),
            "row_count": .integer(view.rowCount), "duration_ms": .integer(view.durationMilliseconds),
        ]
    }

    private static func describe(_ cache: CacheStatistics) -> JSONValue {
        [
            "hits": .integer(cache.hits), "misses": .integer(cache.misses), "joins": .integer(cache.joins),
            "shared_hits": .integer(cache.sharedHits), "stale_hits": .integer(cache.staleHits),
            "evictions": .integer(cache.evictions), "expirations": .integer(cache.expirations),
            "entries": .integer(cache.entries), "bytes": .integer(cache.bytes), "in_flight": .integer(cache.inFlight),
        ]
    }
}
