import HTTPTypes
import Hummingbird

/// Keeps other sites' pages out, as long as nobody has to say who they are: a browser on this machine would otherwise
/// carry their questions here.
struct LoopbackMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        if let problem = Self.refusal(of: request.head) { throw problem }
        return try await next(request, context)
    }

    /// Why a request is refused, or nil.
    static func refusal(of head: HTTPRequest) -> Problem? {
        guard let authority = head.authority, !authority.isEmpty else {
            return Problem(.badRequest, "a request must name its host")
        }
        // A foreign name that leads here is another site's trick to read what this one answers (DNS rebinding).
        guard Loopback.contains(authority: authority) else {
            return Problem(.misdirectedRequest, "this server answers only as localhost, 127.0.0.1 or [::1]")
        }
        if isCrossSite(head, authority: authority), !isFollowedLink(head) {
            return Problem(.forbidden, "this request comes from another site's page")
        }
        return nil
    }

    /// A link that a person follows may lead here; what another site's page embeds or fetches may not.
    private static func isFollowedLink(_ head: HTTPRequest) -> Bool {
        guard head.method == .get || head.method == .head else { return false }
        return head.headerFields[.secFetchMode] == "navigate" && head.headerFields[.origin] == nil
    }

    private static func isCrossSite(_ head: HTTPRequest, authority: String) -> Bool {
        if let site = head.headerFields[.secFetchSite], site != "same-origin", site != "none" { return true }
        if let origin = head.headerFields[.origin] { return origin.lowercased() != "http://\(authority.lowercased())" }
        return false
    }
}
