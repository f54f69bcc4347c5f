import Hummingbird
import Logging
import Rollbook
import RollbookModel

/// Turns whatever is thrown into a problem document, and says of an overloaded engine when to come back.
struct ProblemMiddleware: RouterMiddleware {
    let warehouse: Warehouse
    let logger: Logger

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            note(error)
            var problem = Problem(any: error)
            if problem.headers[.retryAfter] != nil { problem.headers[.retryAfter] = String(warehouse.retryAfter) }
            return problem.response
        }
    }

    /// An engine's own words may quote values: they are for whoever turns debugging on.
    private func note(_ error: any Error) {
        guard let error = error as? RollbookError else { return }
        let code: Logger.MetadataValue = "\(error.code)"
        if Problem(error).status == .internalServerError { logger.error("request failed", metadata: ["code": code]) }
        logger.debug(
            "request failed", metadata: ["code": code, "engine_message": "\(error.engineMessage ?? "none")"])
    }
}
