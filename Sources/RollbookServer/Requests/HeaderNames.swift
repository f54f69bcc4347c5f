import HTTPTypes

extension HTTPField.Name {
    /// Where a request comes from, as browsers say (`same-origin`, `cross-site`).
    static let secFetchSite = known("Sec-Fetch-Site")
    /// Whether a cache answered (RFC 9211).
    static let cacheStatus = known("Cache-Status")

    /// Both are well-formed, so the other name is never taken.
    private static func known(_ name: String) -> Self { Self(name) ?? .via }
}
