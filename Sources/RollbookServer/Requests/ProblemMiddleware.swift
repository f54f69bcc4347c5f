import Hummingbird
import Logging
import RollbookModel

/// Turns whatever is thrown into a problem document, and keeps a note of every request: its route, never its target,
/// because ids stand in targets.
struct ProblemMiddleware: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response: Response
        do {
            response = try await next(request, context)
        } catch {
            note(error)
            response = Problem(any: error).response
        }
        logger.info(
            "request",
            metadata: [
                "method": "\(request.method)", "route": "\(context.endpointPath ?? "")",
                "status": "\(response.status.code)",
                "milliseconds": "\(Int((ContinuousClock.now - start) / .milliseconds(1)))",
            ])
        return response
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
