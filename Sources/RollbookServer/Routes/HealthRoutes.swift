import HTTPTypes
import Hummingbird
import NIOCore
import Rollbook
import RollbookModel
import RollbookTelemetry
import RollbookViews

/// How the server is, for whatever watches it. Both routes answer at once, whatever the engine does.
struct HealthRoutes {
    let warehouse: Warehouse
    let board: HealthBoard

    func add(to router: Router<BasicRequestContext>) {
        router.read("/health/live") { _, _ in .json(["status": "live"]) }
        router.read("/health/ready") { _, _ in await ready() }
    }

    private func ready() async -> Response {
        let report = await board.report()
        let views = warehouse.storeHealth.latestLook?.views ?? []
        var response = Response.json([
            "status": .text(report.status), "parts": .array(report.parts.map(Self.describe)),
            "views": .array(views.map(StatusRoutes.describe)),
        ])
        if !report.isReady { response.status = .serviceUnavailable }
        return response
    }

    private static func describe(_ part: HealthPart) -> JSONValue {
        ["name": .text(part.name), "state": .text(part.state.rawValue), "reason": .text(part.reason)]
    }
}

/// What is measured, in Prometheus' text format.
struct MetricRoutes {
    let registry: MetricRegistry
    let meters: WarehouseMeters

    func add(to router: Router<BasicRequestContext>) {
        router.read("/metrics") { _, _ in
            await meters.update()
            return Response(
                status: .ok, headers: [.contentType: MetricRegistry.mediaType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: registry.text())))
        }
    }
}
