import Rollbook
import Testing

@testable import RollbookServer

@Suite struct ContentNegotiationTests {
    @Test(arguments: [
        ("gzip", true), ("GZIP;q=1.0", true), ("deflate, gzip", true), ("*", true), ("*;q=0.1", true),
        ("gzip;q=0", false), ("gzip;q=0, *", false), ("identity", false), ("deflate", false), ("", false),
        ("gzip;q=0.2, identity;q=0.7", false), ("gzip;q=nonsense", false), (",;,", false),
    ])
    func theWeightsDecide(header: String, gzip: Bool) {
        #expect(ContentNegotiation.prefersGzip(header) == gzip)
    }

    @Test(arguments: [
        ("a=1&b=2", ["a": "1", "b": "2"]), ("a", ["a": ""]), ("a=", ["a": ""]), ("&&a=1&", ["a": "1"]),
        ("a=x+y%20z", ["a": "x y z"]), ("a=%C3%A9%e2%82%ac", ["a": "é€"]), ("a=b=c", ["a": "b=c"]), ("", [:]),
    ])
    func queriesAreRead(query: String, parameters: [String: String]) throws {
        #expect(try QueryParameters.parse(query) == parameters)
    }

    @Test(arguments: ["a=1&a=2", "a=%", "a=%2", "a=%G0", "a=%FF", "%FF=a"])
    func brokenQueriesAreRefused(query: String) {
        #expect(throws: RollbookError.self) { try QueryParameters.parse(query) }
    }
}
