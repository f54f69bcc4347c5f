from django.http import JsonResponse
from django.shortcuts import render
from grades.services import DataWarehouseService


def student(request, student_id):
    warehouse = DataWarehouseService(use_replica=False)
    progress = warehouse.get_student_progress_over_time(
        student_id=student_id,
        granularity=request.GET.get("by", "week"),
        days_back=int(request.GET.get("days", 30)),
    )
    subjects = warehouse.get_subject_performance_comparison(student_id, limit=20)
    if request.GET.get("format") == "json":
        return JsonResponse({"progress": progress, "subjects": subjects})
    return render(request, "student.html", {"progress": progress, "subjects": subjects})


def teacher(request, teacher_id):
    workload = DataWarehouseService().get_teacher_workload_analysis(teacher_id, days_back=300)
    return JsonResponse(workload, status=404 if "error" in workload else 200)


def school(request):
    return JsonResponse(
        {
            "engagement": DataWarehouseService.get_student_engagement_metrics(300, limit=1000),
            "top": DataWarehouseService.get_top_performers(min_submissions=2, days_back=300, limit=1000),
        }
    )
