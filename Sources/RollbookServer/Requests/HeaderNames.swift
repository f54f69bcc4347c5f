import HTTPTypes

extension HTTPField.Name {
    /// Where a request comes from, as browsers say (`same-origin`, `cross-site`).
    static let secFetchSite = known("Sec-Fetch-Site")
    /// What a browser will do with the answer (`navigate`, `no-cors`).
    static let secFetchMode = known("Sec-Fetch-Mode")
    /// What a browser tells other sites about the page it comes from.
    static let referrerPolicy = known("Referrer-Policy")
    /// Whether a cache answered (RFC 9211).
    static let cacheStatus = known("Cache-Status")

    /// Which trace a request belongs to (W3C Trace Context).
    static let traceparent = known("traceparent")
    /// What other systems want passed along with it.
    static let tracestate = known("tracestate")

    /// All are well-formed, so the other name is never taken.
    private static func known(_ name: String) -> Self { Self(name) ?? .via }
}
