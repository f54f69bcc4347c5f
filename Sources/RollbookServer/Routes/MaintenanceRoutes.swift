import Hummingbird
import Rollbook
import RollbookModel

/// What changes something: the views, and what is kept in memory.
struct MaintenanceRoutes {
    let warehouse: Warehouse

    func add(to router: Router<BasicRequestContext>) {
        router.act("/v1/refresh") { request, _ in try await refresh(request.arguments()) }
        router.act("/v1/warm") { request, _ in
            try await request.arguments().refuseAll(but: [])
            return .json(["answers_written": .integer(try await warehouse.warm())])
        }
        router.act("/v1/cache/invalidate") { request, _ in
            let arguments = try await request.arguments()
            try arguments.refuseAll(but: ["prefix"])
            let forgotten = await warehouse.invalidate(prefix: arguments["prefix"] ?? "")
            return .json([
                "answers_forgotten": .integer(forgotten.memory),
                "shared_answers_forgotten": forgotten.shared.map { .integer($0) } ?? .null,
            ])
        }
    }

    private func refresh(_ arguments: [String: String]) async throws -> Response {
        try arguments.refuseAll(but: ["as_of"] + Policy.settings.map(\.name))
        var policy = warehouse.configuration.policy
        for setting in Policy.settings {
            if let text = arguments[setting.name] { try policy.set(setting.name, to: text) }
        }
        let outcome = try await warehouse.refresh(asOf: try arguments["as_of"].map(Self.instant), policy: policy)
        return .json([
            "as_of": .instant(outcome.asOf), "data_version": .integer(outcome.dataVersion),
            "duration_ms": .milliseconds(outcome.duration),
            "views": .array(
                outcome.views.map {
                    [
                        "view": .text($0.view), "row_count": .integer($0.rowCount),
                        "duration_ms": .milliseconds($0.duration),
                    ]
                }),
        ])
    }

    private static func instant(_ text: String) throws -> Instant {
        guard let instant = Instant(parsing: text), Instant.storable.contains(instant) else {
            throw RollbookError(
                .invalidArgument, "as_of takes an instant such as 2026-03-01T12:00:00Z, in the years 1900 to 2199",
                subject: "as_of")
        }
        return instant
    }
}

extension JSONValue {
    /// A duration in whole milliseconds.
    fileprivate static func milliseconds(_ duration: Duration) -> JSONValue {
        .integer(Int64(duration / .milliseconds(1)))
    }
}
