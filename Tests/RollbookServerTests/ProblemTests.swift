import Foundation
import HTTPTypes
import Rollbook
import Testing

@testable import RollbookServer

@Suite struct ProblemTests {
    /// A question that is refused: its target, the status, and the parameter that is to blame.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let target: String
        let status: Int
        var parameter: String?
        var type = "urn:rollbook:problem:invalid-argument"
        var testDescription: String { target }
    }

    static let refusals = [
        Refusal(target: "/v1/reports/student-progress", status: 400, parameter: "student"),
        Refusal(target: "/v1/reports/student-progress?student=1&days=0", status: 400, parameter: "days"),
        Refusal(target: "/v1/reports/student-progress?student=1&by=year", status: 400, parameter: "by"),
        Refusal(target: "/v1/reports/student-progress?student=1&student=2", status: 400, parameter: "student"),
        Refusal(target: "/v1/reports/student-progress?student=1&colour=red", status: 400, parameter: "colour"),
        Refusal(target: "/v1/reports/student-progress?student=1&as_of=soon", status: 400, parameter: "as_of"),
        Refusal(target: "/v1/reports/student-progress?student=1&pass_mark=101", status: 400, parameter: "pass_mark"),
        Refusal(target: "/v1/reports/student-progress?student=%FF", status: 400, parameter: "student"),
        Refusal(target: "/v1/reports/student-progress?student=%4", status: 400, parameter: "student"),
        Refusal(target: "/v1/reports/student-progress?%ZZ=1", status: 400),
        Refusal(target: "/v1/views/teacher_workload?as_of=\(School.asOf)", status: 400, parameter: "as_of"),
        Refusal(target: "/v1/views/teacher_workload?limit=0", status: 400, parameter: "limit"),
        Refusal(target: "/v1/views/teacher_workload?rows=1", status: 400, parameter: "rows"),
        Refusal(target: "/v1/students?limit=none", status: 400, parameter: "limit"),
        Refusal(target: "/v1/students?name=Ada", status: 400, parameter: "name"),
        Refusal(target: "/v1/reports?x=1", status: 400, parameter: "x"),
        Refusal(
            target: "/v1/reports/student-progress?student=99", status: 404, parameter: "student",
            type: "urn:rollbook:problem:not-found"),
        Refusal(target: "/v1/reports/horoscope", status: 404, type: "urn:rollbook:problem:not-found"),
        Refusal(target: "/v1/views/horoscope", status: 404, type: "urn:rollbook:problem:not-found"),
        Refusal(target: "/nowhere", status: 404, type: "about:blank"),
        Refusal(target: "/v1/reports/a/b", status: 404, type: "about:blank"),
    ]

    @Test func aRefusalIsAProblemThatNamesTheParameter() async throws {
        try await RunningServer.with { server in
            for refusal in Self.refusals {
                let response = try await server.get(refusal.target)
                #expect(response.status == refusal.status, "\(refusal.target)")
                #expect(response["Content-Type"] == "application/problem+json")
                let problem = try response.object()
                #expect(problem["status"] as? Int == refusal.status)
                #expect(problem["type"] as? String == refusal.type, "\(refusal.target)")
                #expect(problem["parameter"] as? String == refusal.parameter, "\(refusal.target)")
                #expect(!(problem["title"] as? String ?? "").isEmpty)
            }
        }
    }

    @Test func aViewNeverFilledIsAConflict() async throws {
        try await RunningServer.with(refreshed: false) { server in
            let response = try await server.get("/v1/views/teacher_workload")
            #expect(response.status == 409)
            #expect(try response.object()["type"] as? String == "urn:rollbook:problem:not-ready")
        }
    }

    @Test func aWrongMethodIsToldTheRightOnes() async throws {
        try await RunningServer.with { server in
            let post = try await server.ask("POST", "/v1/reports", ["Content-Length: 0"])
            #expect(post.status == 405)
            #expect(post["Allow"] == "GET, HEAD")
            let get = try await server.get("/v1/refresh")
            #expect(get.status == 405)
            #expect(get["Allow"] == "POST")
            let head = try await server.ask("HEAD", "/v1/warm")
            #expect(head.status == 405)
            #expect(try await server.ask("DELETE", "/v1/reports/student-progress").status == 405)
        }
    }

    @Test func aMissingEngineIsNotReady() async throws {
        try await RunningServer.with { server in
            _ = try await server.get(RunningServer.progress)
            await server.warehouse.close()
            let ready = try await server.get("/health/ready")
            #expect(ready.status == 503)
            #expect(try ready.object()["status"] as? String == "failed")
            #expect(try await server.get("/health/live").status == 200)
        }
    }

    @Test(arguments: [
        (RollbookError.Code.invalidArgument, 400), (.notFound, 404), (.notReady, 409), (.timedOut, 504),
        (.cancelled, 503), (.overloaded, 503), (.outOfResources, 507), (.unavailable, 503), (.engineFailure, 500),
        (.rejectedRecords, 500), (.unreadableSource, 500),
    ])
    func everyCodeHasItsStatus(code: RollbookError.Code, status: Int) {
        let problem = Problem(RollbookError(code, "words", engineMessage: "secret"))
        #expect(problem.status.code == status)
        #expect(problem.type == "urn:rollbook:problem:\(code)")
        #expect(problem.detail == (status == 500 ? nil : "words"))
        #expect((problem.headers[.retryAfter] != nil) == (code == .overloaded || code == .unavailable))
    }

    @Test func whatNobodyKnowsIsAFailureWithoutDetail() {
        struct Unknown: Error {}
        let problem = Problem(any: Unknown())
        #expect(problem.status.code == 500)
        #expect(problem.detail == nil)
        #expect(Problem(any: CancellationError()).status.code == 503)
    }
}
