import Foundation
import Testing

@Suite(.serialized) struct ServeProcessTests {
    private let trend = "/v1/reports/engagement-trend"

    @Test func twoServersShareTheirAnswersAndHearOfEachChange() async throws {
        try await Programs.with { programs in
            try await programs.run("migrate", "up")
            try await programs.run("generate", "school", "--students", "20", "--seed", "1")
            try await programs.serve { one in
                try await programs.serve { other in
                    let computed = try await one.ask(trend)
                    #expect(computed.head["cache-status"] == "rollbook; fwd=miss")
                    let shared = try await other.ask(trend)
                    #expect(shared.head["cache-status"] == "redis; hit, rollbook; fwd=miss")
                    #expect(shared.body["served_by"] as? String == "redis")
                    #expect(shared.head["etag"] == computed.head["etag"])
                    #expect(try await other.ask(trend).head["cache-status"] == "rollbook; hit")

                    // Another process changes the store: both follow.
                    let before = try #require(computed.body["data_version"] as? Int)
                    try await programs.run("refresh")
                    for server in [one, other] {
                        try await until("the new version is seen") {
                            try await server.ask(trend).body["data_version"] as? Int == before + 1
                        }
                    }

                    try await until("the other has it in memory") {
                        try await other.ask(trend).head["cache-status"] == "rollbook; hit"
                    }
                    let forgotten = try await one.ask(
                        "/v1/cache/invalidate", method: "POST", body: #"{"prefix":"engagement-trend/"}"#)
                    // That of the version before is still there, though nobody asks for it.
                    #expect(forgotten.body["shared_answers_forgotten"] as? Int == 2)
                    try await until("the other has forgotten") {
                        try await other.ask("/v1/info").body["cache"].flatMap { ($0 as? [String: Any])?["entries"] }
                            as? Int
                            == 0
                    }

                    let secret = try #require(programs.redis.firstMatch(of: /:([0-9a-f]{32})@/)).output.1
                    let settings = try await programs.run("config")
                    #expect(settings.contains("redis://:…@127.0.0.1:"))
                    for text in [settings, try one.printed, try other.printed] { #expect(!text.contains(secret)) }
                }
            }
        }
    }

    @Test func anOldAnswerSaysSo() async throws {
        try await Programs.with { programs in
            try await programs.run("migrate", "up")
            try await programs.run("generate", "school", "--students", "20", "--seed", "1")
            try await programs.serve(["ROLLBOOK_CACHE_STALE_FOR": "3600"]) { server in
                let first = try await server.ask(trend)
                try await programs.run("refresh")
                var seen: ServeProcess.Response?
                try await until("the change is seen") {
                    let response = try await server.ask(trend)
                    if response.body["stale"] as? Bool == true { seen = response }
                    return response.body["data_version"] as? Int != first.body["data_version"] as? Int
                }
                let stale = try #require(seen)
                #expect(stale.head["cache-status"] == "rollbook; fwd=stale")
                #expect(stale.body["data_version"] as? Int == first.body["data_version"] as? Int)
                let age = try #require(stale.body["age"] as? Int)
                #expect(stale.head["age"] == "\(age)")
                #expect(stale.head["etag"] != first.head["etag"])
            }
        }
    }

    @Test func encryptionThatCannotBeHadIsRefused() async throws {
        try await Programs.with { programs in
            let url = "rediss://:geheim@127.0.0.1:6379"
            let refused = await #expect(throws: RedisServer.Failure.self) {
                try await programs.serve(["ROLLBOOK_CACHE_REDIS": url]) { _ in }
            }
            #expect(refused?.description.contains("no TLS") == true)
            #expect(refused?.description.contains("geheim") == false)
        }
    }
}
