import HTTPTypes
import Hummingbird
import Logging
import Rollbook

/// Sends pages, with the headers that keep them from running or framing anything foreign.
struct PageResponder: Sendable {
    let frame: PageFrame
    let board: HealthBoard
    let logger: Logger

    /// Sends the page that `make` makes, or one that says why there is none.
    ///
    /// - Parameter back: where the way on leads from a page that says so.
    func respond(back: PageLink, _ make: () async throws -> HTML) async -> Response {
        await HealthBanner.$current.withValue(HealthBanner(report: await board.recentReport())) {
            await page(back: back, make)
        }
    }

    private func page(back: PageLink, _ make: () async throws -> HTML) async -> Response {
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
        let problem = Problem(error)
        if problem.status == .internalServerError {
            logger.error("page failed", metadata: ["code": "\(error.code)"])
        }
        let message = problem.detail ?? "The server's log names the failure."
        var answer = response(frame.problem(problem.title, message: message, back: back), status: problem.status)
        answer.headers[.retryAfter] = problem.headers[.retryAfter]
        return answer
    }

    private func response(_ page: HTML, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: Self.headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.source)))
    }

    private static let headers: HTTPFields = {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy:
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ]
        headers[.referrerPolicy] = "no-referrer"
        return headers
    }()
}
