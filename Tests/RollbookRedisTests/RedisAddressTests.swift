import RollbookModel
import Testing

@testable import RollbookRedis

@Suite struct RedisAddressTests {
    @Test func everyPartIsRead() throws {
        let address = try RedisAddress("redis://me:p%40ss%3A%2F%25@cache.example:7000/5")
        #expect(address.place == .host("cache.example", port: 7000))
        #expect(address.user == "me")
        #expect(address.password == "p@ss:/%")
        #expect(address.database == 5)
    }

    @Test(arguments: [
        ("redis://h", "h:6379", 0), ("redis://h/", "h:6379", 0), ("redis://h:1/2", "h:1", 2),
        ("REDIS://h", "h:6379", 0), ("redis://[::1]", "[::1]:6379", 0), ("redis://[::1]:7/1", "[::1]:7", 1),
        ("unix:///run/redis.sock", "/run/redis.sock", 0), ("unix:///run/redis.sock?db=4", "/run/redis.sock", 4),
        ("unix://:x@/run/r", "/run/r", 0),
    ])
    func shortFormsAreRead(text: String, place: String, database: Int) throws {
        let address = try RedisAddress(text)
        #expect(address.hostAndPort == place)
        #expect(address.database == database)
        #expect(try RedisAddress(address.description.replacing(":…", with: "")).place == address.place)
    }

    @Test(arguments: [
        "", "redis", "redis://", "redis:///1", "http://h", "redis://h:0", "redis://h:70000", "redis://h:x",
        "redis://h/x", "redis://h/-1", "redis://h/99999999999999999999", "redis://u:geheim@x@h",
        "redis://u:gehe/im@h/1",
        "redis://%zz", "redis://h h", "redis://[::1", "redis://[::1]x", "unix://relative", "unix://", "unix:///a?db=x",
        "geheim", "redis://:geheim@", "rediss://u:geheim@h:1/2",
    ])
    func whatIsNoneIsRefusedWithoutShowingIt(text: String) {
        let error = #expect(throws: RollbookError.self) { try RedisAddress(text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("gehe") == false)
        #expect(RedisAddress.redacted(text) == "…")
    }

    @Test func encryptionIsRefusedWithTheReason() {
        let error = #expect(throws: RollbookError.self) { try RedisAddress("rediss://h") }
        #expect(error?.message.contains("no TLS") == true)
    }

    @Test(arguments: ["redis://geheim@h", "redis://geheim:@h", "unix://geheim@/run/r"])
    func aUserWithoutAPasswordIsRefusedWithTheReason(text: String) {
        let error = #expect(throws: RollbookError.self) { try RedisAddress(text) }
        #expect(error?.message.contains("no password") == true)
        #expect(error?.message.contains("geheim") == false)
    }

    @Test(arguments: ["redis://me:geheim@h:1/2", "redis://:gehe%2Fim@h", "unix://me:geheim@/run/r?db=2"])
    func noPasswordIsEverPrinted(text: String) throws {
        let address = try RedisAddress(text)
        var dumped = ""
        dump(address, to: &dumped)
        for shown in [
            "\(address)", String(reflecting: address), String(describing: [address]), dumped,
            RedisAddress.redacted(text),
        ] {
            #expect(!shown.contains("gehe"))
            #expect(shown.contains(":…@"))
        }
    }

    @Test(arguments: ["", "a b", "a*", "é", String(repeating: "x", count: 65), "a\n"])
    func aPrefixIsPlain(prefix: String) throws {
        let address = try RedisAddress("redis://h")
        #expect(throws: RollbookError.self) { try RedisConfiguration(address: address, prefix: prefix) }
    }
}
