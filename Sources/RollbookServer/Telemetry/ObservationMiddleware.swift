import HTTPTypes
import Hummingbird
import Logging
import Rollbook
import RollbookTelemetry
import Synchronization
import Tracing

/// Counts, times, traces and logs each request that the router answers, by its route and never by its target, because ids
/// stand in targets. Answers written on the event loop are counted there and told in bulk.
struct ObservationMiddleware: RouterMiddleware {
    let logger: Logger
    let meters: RequestMeters
    /// Makes spans; nil where nothing is traced.
    let tracer: (any Tracer)?

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let route = Self.route(of: context)
        guard let parent = Self.parent(of: request.headers, isTraced: tracer != nil) else {
            return try await answer(request, context, start, next)
        }
        guard let tracer else {
            return try await ServiceContext.$current.withValue(parent) {
                try await answer(request, context, start, next)
            }
        }
        let name = "\(RequestMeters.isKnown(request.method) ? request.method.rawValue : "OTHER") \(route)"
        let span = tracer.startSpan(name, context: parent, ofKind: .server)
        defer { span.end() }
        let response = try await ServiceContext.$current.withValue(span.context) {
            try await answer(request, context, start, next)
        }
        span.describe(request.method, route: route, response.status)
        return response
    }

    private func answer(
        _ request: Request, _ context: BasicRequestContext, _ start: ContinuousClock.Instant,
        _ next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        let note = RequestNote()
        let response = try await RequestNote.$current.withValue(note) {
            try await meters.whileInFlight { try await next(request, context) }
        }
        let bytes = response.body.contentLength ?? 0
        let route = Self.route(of: context)
        meters.instruments(route: route, method: request.method, status: response.status)
            .count(since: start, bytes: bytes)
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        var metadata: Logger.Metadata = [
            "method": "\(request.method)", "route": "\(route)",
            "status": .stringConvertible(response.status.code), "bytes": .stringConvertible(bytes),
            "milliseconds": .stringConvertible((milliseconds * 1000).rounded() / 1000),
        ]
        if let source = note.source { metadata["source"] = "\(source.rawValue)" }
        // Whatever watches the server asks every few seconds: that it was answered is no news.
        let isNews = !Self.watched.contains(route) || response.status.kind != .successful
        logger.log(level: isNews ? .info : .debug, "request", metadata: metadata)
        return response
    }

    /// What health checks and collectors of metrics ask.
    private static let watched: Set = ["/health/live", "/health/ready", "/metrics"]

    /// The route as it was declared, which is all that is told of a request's target.
    private static func route(of context: BasicRequestContext) -> String {
        guard let path = context.endpointPath, path != "NotFound" else { return RequestMeters.unknownRoute }
        return path
    }

    /// The context of the trace that a request belongs to; nil where it belongs to none and none is begun.
    static func parent(of headers: HTTPFields, isTraced: Bool) -> ServiceContext? {
        var context = ServiceContext.topLevel
        if let parent = headers[.traceparent] {
            context.trace = TraceContext(traceparent: parent, tracestate: headers[.tracestate])
        }
        return isTraced || context.trace != nil ? context : nil
    }
}

/// What a route notes of a request for its log line.
final class RequestNote: Sendable {
    /// The one of the request that the task answers.
    @TaskLocal static var current: RequestNote?

    private let noted = Mutex<AnswerSource?>(nil)

    /// How the answer was had, where the request was a question.
    var source: AnswerSource? {
        get { noted.withLock { $0 } }
        set { noted.withLock { $0 = newValue } }
    }
}

extension Tracing.Span {
    /// Says what a request was and became; an answer that names the caller's own mistake is no failure.
    func describe(_ method: HTTPRequest.Method, route: String, _ status: HTTPResponse.Status) {
        guard isRecording else { return }
        updateAttributes { attributes in
            attributes["http.request.method"] = RequestMeters.isKnown(method) ? method.rawValue : "_OTHER"
            attributes["http.route"] = route
            attributes["http.response.status_code"] = status.code
        }
        if status.kind == .serverError { setStatus(SpanStatus(code: .error)) }
    }
}
