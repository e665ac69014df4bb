@echo off
where py >nul 2>nul
if %errorlevel%==0 (set "PYTHON=py -3") else (set "PYTHON=python")
%PYTHON% "%~dp0dev.py" run %*
exit /b %errorlevel%
