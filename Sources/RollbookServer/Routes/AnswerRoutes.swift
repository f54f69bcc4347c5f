import HTTPTypes
import Hummingbird
import Rollbook
import RollbookCache

/// Reports and views, answered.
struct AnswerRoutes {
    let warehouse: Warehouse
    let hotAnswers: HotAnswers

    /// The routes' paths, as metrics and logs name them.
    static let reportRoute = "/v1/reports/{name}"
    static let viewRoute = "/v1/views/{name}"

    func add(to router: Router<BasicRequestContext>) {
        router.read(RouterPath(Self.reportRoute)) { request, context in
            let name = try context.parameters.require("name")
            return try await answer(request, try Question(report: name, parameters: request.queryArguments()))
        }
        router.read(RouterPath(Self.viewRoute)) { request, context in
            let name = try context.parameters.require("name")
            return try await answer(request, try Question(view: name, parameters: request.queryArguments()))
        }
    }

    private func answer(_ request: Request, _ question: Question) async throws -> Response {
        let revision = warehouse.revision
        let stored = try await warehouse.encodedAnswer(question)
        RequestNote.current?.source = stored.source
        let wantsGzip = PreparedAnswer.wantsGzip(request.headers, of: stored.answer)
        let gzip =
            try wantsGzip
            ? warehouse.cache.alternate(of: stored.answer, under: stored.key, for: "gzip", make: Gzip.compress) : nil
        let prepared = PreparedAnswer(stored.answer, gzip: gzip)
        // What was computed just now says who computed it; from the next time on it comes from memory.
        if stored.isHit, let target = request.head.path {
            hotAnswers.remember(target, of: question, stored, prepared, revision: revision)
        }
        guard let (head, body) = prepared.response(to: request.headers, isHit: stored.isHit) else {
            throw Problem(.internalServerError, nil)
        }
        var response = Response(
            status: head.status, headers: head.headerFields, body: body.map(ResponseBody.init(byteBuffer:)) ?? .init())
        stored.mark(&response.headers, sharedName: warehouse.cache.shared?.name)
        // A 304 has no body and says no length: 0 would be that of another answer.
        if body == nil { response.headers[.contentLength] = nil }
        return response
    }
}

extension StoredAnswer {
    /// Says in the head where an answer comes from that was neither in memory nor computed for the asker.
    fileprivate func mark(_ fields: inout HTTPFields, sharedName: String?) {
        switch source {
        case .memory, .computed: break
        // The cache that is nearest to the engine comes first (RFC 9211, 2).
        case .shared: fields[.cacheStatus] = "\(sharedName ?? "shared"); hit, rollbook; fwd=miss"
        case .stale:
            fields[.cacheStatus] = "rollbook; fwd=stale"
            fields[.age] = age.map { String($0) }
        }
    }
}
