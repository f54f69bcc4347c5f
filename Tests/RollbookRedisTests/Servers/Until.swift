import Testing

/// Asks again and again until something is true. It takes as long as it takes: the limit is there only so that a defect
/// ends.
func until(
    _ what: String, limit: Duration = .seconds(60), _ isTrue: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !isTrue() {
        guard ContinuousClock.now < end else {
            throw RedisServer.Failure(description: "it never came to be that \(what)")
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}
