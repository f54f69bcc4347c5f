import HTTPTypes
import Hummingbird
import NIOCore

/// A handler of one route.
typealias RouteHandler = @Sendable (Request, BasicRequestContext) async throws -> Response

extension Router<BasicRequestContext> {
    /// Answers GET, and HEAD with it; other methods are told what there is.
    func read(_ path: RouterPath, _ handler: @escaping RouteHandler) {
        get(path, use: handler)
        refuse([.post, .put, .patch, .delete, .options], at: path, allow: "GET, HEAD")
    }

    /// Answers POST; other methods are told what there is.
    func act(_ path: RouterPath, _ handler: @escaping RouteHandler) {
        post(path, use: handler)
        refuse([.get, .head, .put, .patch, .delete, .options], at: path, allow: "POST")
    }

    private func refuse(_ methods: [HTTPRequest.Method], at path: RouterPath, allow: String) {
        for method in methods {
            on(path, method: method) { request, _ -> Response in
                throw Problem(
                    .methodNotAllowed, "this takes \(allow), not \(request.method)", headers: [.allow: allow])
            }
        }
    }
}

extension Response {
    /// A document that holds for this moment.
    static func json(_ json: JSONValue) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
