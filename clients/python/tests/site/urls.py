from django.urls import path
from grades import views

urlpatterns = [
    path("students/<int:student_id>/", views.student),
    path("teachers/<int:teacher_id>/", views.teacher),
    path("school/", views.school),
]
