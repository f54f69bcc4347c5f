import HTTPTypes
import Metrics
import Rollbook
import RollbookTelemetry
import Tracing

/// Counts and traces answers that were written on the event loop: the same metrics and spans as the router's, with
/// instruments that were made beforehand, so that to count is an addition.
final class HotObservation: Sendable {
    /// The instruments of one route.
    private struct Route {
        let name: String
        let whole: RequestMeters.Instruments
        let unchanged: RequestMeters.Instruments

        init(_ name: String, _ meters: RequestMeters) {
            self.name = name
            whole = meters.instruments(route: name, method: .get, status: .ok)
            unchanged = meters.instruments(route: name, method: .get, status: .notModified)
        }
    }

    private let reports: Route
    private let views: Route
    private let tracer: (any Tracer)?

    /// - Parameter tracer: makes spans; nil where nothing is traced.
    init(meters: RequestMeters, tracer: (any Tracer)?) {
        reports = Route(AnswerRoutes.reportRoute, meters)
        views = Route(AnswerRoutes.viewRoute, meters)
        self.tracer = tracer
    }

    /// Takes in an answer that is on its way.
    func count(
        _ head: HTTPRequest, _ question: Question, _ status: HTTPResponse.Status, bytes: Int,
        since start: ContinuousClock.Instant
    ) {
        let route = if case .report = question.target { reports } else { views }
        (status == .ok ? route.whole : route.unchanged).count(since: start, bytes: bytes)
        if tracer != nil { trace(head, route, question, status) }
    }

    private func trace(_ head: HTTPRequest, _ route: Route, _ question: Question, _ status: HTTPResponse.Status) {
        guard let tracer, let parent = ObservationMiddleware.parent(of: head.headerFields, isTraced: true) else {
            return
        }
        let span = tracer.startSpan("GET \(route.name)", context: parent, ofKind: .server)
        span.describe(.get, route: route.name, status)
        span.updateAttributes { attributes in
            attributes["rollbook.question"] = question.name
            attributes["rollbook.source"] = AnswerSource.memory.rawValue
        }
        span.end()
    }
}
