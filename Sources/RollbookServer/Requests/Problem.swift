import HTTPTypes
import Hummingbird
import NIOCore
import RollbookModel

/// A failure as the API tells it: a problem document after RFC 9457.
struct Problem: Error {
    /// A URN of the failure's code, or `about:blank` where the status says it all.
    let type: String
    let title: String
    let status: HTTPResponse.Status
    let detail: String?
    /// The parameter that is to blame.
    let parameter: String?
    var headers: HTTPFields = [:]

    /// A failure that the status says.
    init(_ status: HTTPResponse.Status, _ detail: String?, headers: HTTPFields = [:]) {
        type = "about:blank"
        title = status.reasonPhrase
        self.status = status
        self.detail = detail
        parameter = nil
        self.headers = headers
    }

    /// A failure of the warehouse.
    init(_ error: RollbookError) {
        let known = Self.known[error.code] ?? Self.failure
        type = "urn:rollbook:problem:\(error.code)"
        title = known.title
        status = known.status
        // What an engine says may quote values.
        detail = known.status == .internalServerError ? nil : error.message
        parameter = Self.parameter(of: error)
        if error.code == .overloaded || error.code == .unavailable { headers[.retryAfter] = "1" }
    }

    /// Whatever was thrown, as a problem.
    init(any error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as RollbookError: self.init(error)
        case is CancellationError: self.init(RollbookError(.cancelled, "the question was given up"))
        case let error as HTTPError: self.init(error.status, error.body, headers: error.headers)
        case let error as any HTTPResponseError: self.init(error.status, nil)
        default: self.init(RollbookError(.engineFailure, ""))
        }
    }

    /// The same failure under another status.
    func with(status: HTTPResponse.Status) -> Problem { Problem(copying: self, status: status) }

    private init(copying problem: Problem, status: HTTPResponse.Status) {
        (type, title, detail, parameter) = (problem.type, problem.title, problem.detail, problem.parameter)
        (self.status, headers) = (status, problem.headers)
    }

    /// The answer that tells it.
    var response: Response {
        var headers = self.headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    private var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("type", .text(type)), ("title", .text(title)), ("status", .integer(status.code)),
        ]
        if let detail { members.append(("detail", .text(detail))) }
        if let parameter { members.append(("parameter", .text(parameter))) }
        return .object(members.map { (name: $0.0, value: $0.1) })
    }

    /// A report that does not exist is no parameter; a student is.
    private static func parameter(of error: RollbookError) -> String? {
        switch error.code {
        case .invalidArgument: error.subject
        case .notFound: error.subject.flatMap { identifiers.contains($0) ? $0 : nil }
        default: nil
        }
    }

    private static let identifiers: Set = ["student", "teacher", "subject", "class"]
    private static let failure = (status: HTTPResponse.Status.internalServerError, title: "Rollbook failed")
    /// The failures that a caller can do something about; all others are Rollbook's own.
    private static let known: [RollbookError.Code: (status: HTTPResponse.Status, title: String)] = [
        .invalidArgument: (.badRequest, "A parameter is not understood"),
        .notFound: (.notFound, "There is no such thing"),
        .notReady: (.conflict, "The warehouse is not ready for this question"),
        .busy: (.conflict, "It runs already"),
        .notPermitted: (.forbidden, "The database's user may not do this"),
        .timedOut: (.gatewayTimeout, "The question took too long"),
        .cancelled: (.serviceUnavailable, "The question was given up"),
        .overloaded: (.serviceUnavailable, "Too many questions at once"),
        .outOfResources: (
            .init(code: 507, reasonPhrase: "Insufficient Storage"), "The question needs more memory or disk"
        ),
        .unavailable: (.serviceUnavailable, "The database cannot be reached"),
    ]
}
