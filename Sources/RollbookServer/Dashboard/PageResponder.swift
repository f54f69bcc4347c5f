import HTTPTypes
import Hummingbird
import Rollbook

/// Sends pages, with the headers that keep them from running or framing anything foreign.
struct PageResponder: Sendable {
    let frame: PageFrame

    /// Sends the page that `make` makes, or one that says why there is none.
    ///
    /// - Parameter back: where the way on leads from a page that says so.
    func respond(back: PageLink, _ make: () async throws -> HTML) async -> Response {
        do {
            return response(try await make(), status: .ok)
        } catch let error as RollbookError {
            return problem(error, back: back)
        } catch {
            return problem(RollbookError(.engineFailure, "the page could not be made"), back: back)
        }
    }

    /// A page that says what went wrong.
    func problem(_ error: RollbookError, back: PageLink) -> Response {
        let (status, title) = Self.meaning(of: error.code)
        return response(frame.problem(title, message: error.message, back: back), status: status)
    }

    private func response(_ page: HTML, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: Self.headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.source)))
    }

    private static func meaning(of code: RollbookError.Code) -> (HTTPResponse.Status, String) {
        switch code {
        case .invalidArgument: (.badRequest, "This cannot be shown")
        case .notFound: (.notFound, "Not found")
        case .timedOut: (.gatewayTimeout, "This took too long")
        case .notReady, .overloaded, .unavailable, .outOfResources, .cancelled: (.serviceUnavailable, "Not now")
        default: (.internalServerError, "Something broke")
        }
    }

    private static let headers: HTTPFields = {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy:
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ]
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        return headers
    }()
}
