import HTTPTypes
import Metrics
import RollbookModel
import Synchronization

/// What is measured of requests. Instruments are made once for each route, method and status, of which there are few: a
/// route is what was declared, never what somebody typed, and unknown methods are counted as one.
final class RequestMeters: Sendable {
    /// The instruments of one route, method and status.
    final class Instruments: Sendable {
        private let requests: Counter
        private let bytes: Counter
        private let duration: Metrics.Timer

        init(_ name: Name, factory: any MetricsFactory) {
            let route = [("route", name.route)]
            requests = Counter(
                label: "rollbook_http_requests_total",
                dimensions: route + [("method", name.method), ("status", String(name.status))], factory: factory)
            bytes = Counter(label: "rollbook_http_response_bytes_total", dimensions: route, factory: factory)
            duration = Metrics.Timer(
                label: "rollbook_http_request_duration_seconds", dimensions: route, factory: factory)
        }

        /// Counts a request.
        func count(since start: ContinuousClock.Instant, bytes: Int) {
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            duration.recordNanoseconds(seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
            requests.increment()
            self.bytes.increment(by: bytes)
        }
    }

    struct Name: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    /// Where no route was declared for what was asked.
    static let unknownRoute = "unknown"

    private let factory: any MetricsFactory
    private let made = Mutex<[Name: Instruments]>([:])
    private let inFlight: Meter

    init(factory: any MetricsFactory) {
        self.factory = factory
        inFlight = Meter(label: "rollbook_http_requests_in_flight", factory: factory)
        inFlight.set(0)
    }

    /// The instruments under a name, made where there are none.
    func instruments(route: String, method: HTTPRequest.Method, status: HTTPResponse.Status) -> Instruments {
        let name = Name(
            route: route, method: Self.isKnown(method) ? method.rawValue : "OTHER",
            status: status.code)
        return made.withLock { made in
            if let known = made[name] { return known }
            let new = Instruments(name, factory: factory)
            made[name] = new
            return new
        }
    }

    /// A request is being answered while `body` runs.
    func whileInFlight<T>(_ body: () async throws -> T) async rethrows -> T {
        inFlight.increment()
        defer { inFlight.decrement() }
        return try await body()
    }

    /// Whether a method is one of the few by which requests are counted.
    static func isKnown(_ method: HTTPRequest.Method) -> Bool { known.contains(method) }

    private static let known: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]
}
