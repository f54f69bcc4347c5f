import HTTPTypes
import Hummingbird
import Rollbook
import RollbookCache
import RollbookModel
import RollbookStore
import RollbookViews

/// How the warehouse is, for people.
struct StatusRoutes {
    let warehouse: Warehouse

    func add(to router: Router<BasicRequestContext>) {
        router.read("/v1/info") { _, _ in .json(Self.describe(try await warehouse.status(asksServers: true))) }
    }

    private static func describe(_ status: WarehouseStatus) -> JSONValue {
        [
            "engine": .text(status.engine), "data_version": .integer(status.state.dataVersion),
            "data_as_of": .instant(status.state.dataAsOf), "time_zone": .text(status.state.zone.identifier),
            "stored_bytes": .integer(status.bytes),
            "tables": .array(
                status.tables.map { ["table": .text($0.table.rawValue), "record_count": .integer($0.count)] }),
            "views": .array(status.views.map(describe)), "cache": describe(status.cache),
            "servers": .array(status.servers.map(describe)),
            "policy": .object(status.policy.values.map { ($0.name, .plain($0.value)) }),
        ]
    }

    private static func describe(_ server: ServerStatus) -> JSONValue {
        [
            "name": .text(server.name), "address": .text(server.address),
            "configured_role": .text(server.configuredRole.rawValue), "role": .text(server.role?.rawValue),
            "answers": .boolean(server.answers), "data_version": .integer(server.dataVersion),
            "replica_lag_seconds": .plain(server.replicaLagSeconds.map(JSONValue.Plain.double) ?? .null),
        ]
    }

    /// What is told of a view.
    static func describe(_ view: ViewStatus) -> JSONValue {
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
